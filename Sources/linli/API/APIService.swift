import HubNode
import LocalAPI
import Logging
import Replica
import Retail
import SyncSession
import Transport
import Trust

/// The HTTP API of a daemon, when the network's schema is the one that it is for.
enum APIService {
    static let hubPort: UInt16 = 7_412
    static let storePort: UInt16 = 7_413

    /// nil for `--http none`, and for a schema of the network's own.
    static func make(
        _ option: HTTPOption,
        directory: String,
        defaultPort: UInt16,
        log: Logger,
        standings: @escaping APIServer.Standings
    ) throws -> APIServer? {
        guard option.http != .off else { return nil }
        let desk: RetailDesk
        do {
            desk = try RetailDesk(directory: directory, clock: { Moment.now.wallMilliseconds })
        } catch let error as RetailError where error.code == .otherSchema {
            if option.http != nil { log.notice("no HTTP API: \(error.what)") }
            return nil
        }
        let chosen: Endpoint? = if case .at(let endpoint)? = option.http { endpoint } else { nil }
        return APIServer(
            desk: desk,
            keys: APIKeys(dataDirectory: directory),
            at: try chosen ?? Endpoint(parsing: "127.0.0.1:\(defaultPort)"),
            isChosen: chosen != nil,
            log: log,
            standings: standings
        )
    }

    /// What the hub's daemon knows of its stores.
    static func standings(of hub: HubNode) -> APIServer.Standings {
        {
            try await hub.stores().map { store, name in
                StoreStanding(
                    store: store.store,
                    region: store.region,
                    name: name,
                    isOnline: store.state == .online,
                    takesPart: store.state != .frozen && store.state != .retired
                )
            }
        }
    }
}
