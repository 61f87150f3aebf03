import Glibc
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import Retail
public import ServiceLifecycle
import Transport
public import Trust

/// The node's HTTP API.
///
/// Law: selling goes on without it. An address that nobody chose and another process holds is tried again and again;
/// one that somebody chose ends the daemon with one line.
public final class APIServer: Service {
    private let routes: APIRoutes
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
        board: StandingBoard,
        log: Logger
    ) {
        self.address = address
        self.isChosen = isChosen
        self.log = log
        routes = APIRoutes(desk: desk, doorkeeper: Doorkeeper(keys: keys), board: board)
    }

    public func run() async throws {
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

    private static func fault(of error: IOError, at endpoint: Endpoint) -> TransportFault {
        switch error.errnoCode {
        case EADDRINUSE: .portInUse(endpoint)
        case EACCES, EPERM: .notPermitted(endpoint)
        case EADDRNOTAVAIL: .notAnAddressHere(endpoint)
        default: .cannotListen(endpoint, String(cString: strerror(error.errnoCode)))
        }
    }
}
