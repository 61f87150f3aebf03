import Glibc
import Logging
import NIOPosix
import ServiceLifecycle
import Transport
import UnixSignals

/// A node as a process: holds its data directory, answers commands, and runs until SIGTERM or SIGINT, and then for as
/// long as it takes to end well.
struct Daemon {
    /// A transaction and a goodbye. What is not done then is cut, and lost nothing.
    private static let shutdownMax = Duration.seconds(8)

    private let lock: DataDirectoryLock
    private let log: Logger

    /// Takes the directory, before anything in it is opened.
    ///
    /// - Throws: `DataDirectoryError`.
    init(directory: String, log: Logger) throws {
        lock = try DataDirectoryLock(directory: directory)
        self.log = log
    }

    func run(_ node: some Service, api: (any Service)?, answer: @escaping ControlServer.Answer) async throws {
        // Whoever reads the log may go away; that is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let commands = CommandService(
            server: try await ControlServer(
                holding: lock,
                on: .singletonMultiThreadedEventLoopGroup,
                answer: answer
            )
        )
        // Commands are answered until the node has ended: a stop takes the services in the reverse order.
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: commands),
                .init(service: Notified(log: log, answer: answer)),
                .init(service: node, successTerminationBehavior: .gracefullyShutdownGroup),
            ] + (api.map { [.init(service: $0)] } ?? []),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet
        )
        configuration.maximumGracefulShutdownDuration = Self.shutdownMax
        // A service that is ended by its cancellation has ended well.
        do { try await ServiceGroup(configuration: configuration).run() } catch is CancellationError {}
        log.notice("stopped")
    }

    /// The group tells each step of its life; the node says what matters itself.
    private var quiet: Logger {
        var quiet = log
        quiet.logLevel = .error
        return quiet
    }
}

/// The control socket, as long as the daemon runs.
private struct CommandService: Service {
    let server: ControlServer

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await server.run() }
    }
}
