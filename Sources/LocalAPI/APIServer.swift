import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import Retail
public import ServiceLifecycle
import Transport
public import Trust

/// The node's HTTP API, and what a node does by itself beside it: a store gives back what it no longer holds, the hub
/// looks at who is online.
///
/// Law: selling goes on without it. An address that nobody chose and another process holds is tried again and again;
/// one that somebody chose ends the daemon with one line.
public final class APIServer: Service {
    /// The stores as the hub's daemon knows them; at a store nothing.
    public typealias Standings = @Sendable () async throws -> [StoreStanding]

    private let desk: RetailDesk
    private let routes: APIRoutes
    private let board = StandingBoard()
    private let standings: Standings
    private let address: Endpoint
    private let isChosen: Bool
    private let log: Logger

    /// - Parameters:
    ///   - isChosen: somebody asked for this address.
    public init(
        desk: RetailDesk,
        keys: APIKeys,
        at address: Endpoint,
        isChosen: Bool,
        log: Logger,
        standings: @escaping Standings
    ) {
        self.desk = desk
        self.address = address
        self.isChosen = isChosen
        self.log = log
        self.standings = standings
        routes = APIRoutes(desk: desk, doorkeeper: Doorkeeper(keys: keys), board: board)
    }

    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.serve() }
            group.addTask { try await cancelWhenGracefulShutdown { try await self.keepHouse() } }
            // Either ends with the daemon; a fault of one ends the other.
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, !(error is CancellationError) {
                    group.cancelAll()
                    throw error
                }
            }
        }
        try desk.close()
    }

    // MARK: What runs

    private func serve() async throws {
        var isTold = false
        while true {
            do {
                try await application().run()
                return
            } catch let error as IOError {
                let fault = Self.fault(of: error, at: address)
                guard !isChosen else { throw fault }
                if !isTold { log.warning("no HTTP API for now: \(fault)") }
                isTold = true
            }
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: APILimits.portRetry) }
        }
    }

    private func application() -> some ApplicationProtocol {
        var quiet = log
        quiet.logLevel = .error
        let (log, host) = (log, address.host)
        return Application(
            router: routes.router(),
            server: .http1(configuration: .init(idleTimeout: APILimits.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: Int(address.port)),
                availableConnectionsDelegate: MaximumAvailableConnections(APILimits.connectionsMax)
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
                log.info("HTTP at \(Endpoint(host: host, port: port).map { "\($0)" } ?? host)")
            },
            logger: quiet
        )
    }

    private func keepHouse() async throws {
        var told = ""
        while !Task.isCancelled {
            do {
                board.put(try await standings())
                try desk.keepHouse()
                told = ""
            } catch let error as RetailError {
                if told != error.description { log.warning("the trade's own round failed: \(error)") }
                told = error.description
            }
            try await Task.sleep(for: APILimits.roundPause)
        }
    }

    private static func fault(of error: IOError, at endpoint: Endpoint) -> TransportFault {
        switch error.errnoCode {
        case EADDRINUSE: .portInUse(endpoint)
        case EACCES, EPERM: .notPermitted(endpoint)
        case EADDRNOTAVAIL: .notAnAddressHere(endpoint)
        default: .cannotListen(endpoint, String(cString: strerror(error.errnoCode)))
        }
    }
}
