import HubNode
import LocalAPI
import Logging
import Replica
import Retail
import SyncSession
import Transport
import Trust

/// The trade at a daemon, with its HTTP API, when the network's schema is the one that these are for.
enum APIService {
    static let hubPort: UInt16 = 7_412
    static let storePort: UInt16 = 7_413

    /// nil for a schema of the network's own.
    static func make(
        _ option: HTTPOption,
        directory: String,
        defaultPort: UInt16,
        log: Logger,
        standings: @escaping StandingBoard.Standings,
        release: @escaping TradeService.Release
    ) throws -> TradeService? {
        let desk: RetailDesk
        do {
            desk = try RetailDesk(directory: directory, clock: { Moment.now.wallMilliseconds })
        } catch let error as RetailError where error.code == .otherSchema {
            if let http = option.http, http != .off { log.notice("no HTTP API: \(error.what)") }
            return nil
        }
        let board = StandingBoard(standings)
        let chosen: Endpoint? = if case .at(let endpoint)? = option.http { endpoint } else { nil }
        let api =
            option.http == .off
            ? nil
            : APIServer(
                desk: desk,
                keys: APIKeys(dataDirectory: directory),
                at: try chosen ?? Endpoint(parsing: "127.0.0.1:\(defaultPort)"),
                isChosen: chosen != nil,
                board: board,
                log: log
            )
        return TradeService(desk: desk, api: api, board: board, log: log, release: release)
    }

    /// What the hub's daemon knows of its stores.
    static func standings(of hub: HubNode) -> StandingBoard.Standings {
        {
            try await hub.stores().map { store, name, hasLostDisks in
                StoreStanding(
                    store: store.store,
                    region: store.region,
                    name: name,
                    isOnline: store.state == .online,
                    takesPart: store.state != .frozen && store.state != .retired,
                    hasLostDisks: hasLostDisks
                )
            }
        }
    }
}
