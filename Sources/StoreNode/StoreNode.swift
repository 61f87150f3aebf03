import ChangeLog
public import Logging
import NIOPosix
import Replica
public import ServiceLifecycle
import SyncSession
import Synchronization
public import Transport
public import Trust

/// The store's daemon: seals what tills commit, keeps a session with the hub, applies what comes down.
///
///     till ──commit──▶ linli.db ──CaptureWatch──▶ seal ──▶ changes.db ──▶ session ──▶ hub
///     till ◀──────────────────── linli.db ◀── apply ◀── staged chunks ◀── session ◀── hub
///
/// The link may be down for a month: sealing goes on, dialling goes on with growing pauses. Nothing here waits for the
/// network except the session itself.
public final class StoreNode: Service {
    private let replica: StoreReplica
    private let credentials: NodeCredentials
    private let hub: Endpoint
    private let work = WorkThread()
    private let board: StoreBoard
    private let log: Logger
    private let program: String

    /// Opens the replica; nothing runs yet.
    ///
    /// - Parameters:
    ///   - directory: the data directory that `linli store join` made.
    ///   - hub: where to dial instead of the address that the store joined with.
    ///   - program: the program's version, for the hub's log.
    public init(directory: String, hub: Endpoint?, program: String, log: Logger) throws {
        replica = try StoreReplica.open(directory)
        credentials = try KeyFiles(dataDirectory: directory).credentials()
        self.hub = try hub ?? Endpoint(parsing: replica.hubAddress)
        self.program = program
        self.log = log
        board = StoreBoard(acknowledged: replica.acknowledgedNumber, cursor: replica.committedCursor)
    }

    public var name: String { replica.store.text }

    /// Runs until the service group shuts down, or the task is cancelled.
    public func run() async throws {
        log.info("started", metadata: ["store": "\(replica.store)", "site": "\(replica.site)", "hub": "\(hub)"])
        await sealNow()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.watch() }
            group.addTask { try await self.dial() }
            group.addTask { try await self.keepHouse() }
            try await cancelWhenGracefulShutdown { [group] in
                var group = group
                try await group.waitForAll()
            }
        }
    }

    // MARK: What runs

    /// Seals within milliseconds of a foreign commit.
    private func watch() async throws {
        let (commits, commit) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = try CaptureWatch(replica: replica.file) { commit.yield() }
        defer { watch.stop() }
        for await _ in commits { await sealNow() }
    }

    private func dial() async throws {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup, limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax))
        var wasTold = ""
        while !Task.isCancelled {
            var pause: Int64
            do {
                let hello = try await work.run { [replica, program] in try replica.hello(program: program) }
                let connection = try await dialler.connect(to: hub, as: credentials) { connection in
                    StoreLink(
                        connection, hello: hello, replica: self.replica, work: self.work, board: self.board, log: self.log
                    ).begin()
                }
                try await withTaskCancellationHandler {
                    await connection.waitUntilClosed()
                    try Task.checkCancellation()
                } onCancel: {
                    self.board.ring(.end(Bye(.shutdown, "the store's daemon stops")))
                }
                let wasOnline = board.takeWasOnline()
                if wasOnline { backoff.succeeded() }
                pause = backoff.failed(using: &random)
                pause = told(board.takeEnding(), wasOnline: wasOnline, &wasTold, pause: pause)
            } catch let fault as TransportFault {
                pause = backoff.failed(using: &random)
                if wasTold != fault.description { log.warning("no connection to the hub: \(fault)") }
                wasTold = fault.description
            }
            try await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// Says once why a session ended, and how long to wait for the next.
    private func told(
        _ ending: StoreBoard.Ending?, wasOnline: Bool, _ wasTold: inout String, pause: Int64
    ) -> Int64 {
        let (text, sequel): (String, SessionError.Sequel) =
            switch ending {
            case .session(let error): ("\(error)", error.sequel)
            case .line(let why): (why, .reconnect)
            case nil: ("the line broke", .reconnect)
            }
        if wasOnline || wasTold != text { log.warning("lost the hub: \(text)") }
        wasTold = text
        return sequel == .reconnect || sequel == .none ? pause : max(pause, Self.seldomMilliseconds)
    }

    /// Once a second: what failed is tried again, old changesets go, rights move by share.
    private func keepHouse() async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: .seconds(1))
            await sealNow()
            let isConnected = board.facts.isConnected
            do {
                try await work.run { [replica] in
                    try replica.keepHouse(wallMilliseconds: Moment.now.wallMilliseconds, isConnected: isConnected)
                }
            } catch let error as ReplicaError {
                board.failed(error)
            }
        }
    }

    private func sealNow() async {
        do {
            let sealed = try await work.run { [replica] in try replica.seal(wallMilliseconds: Moment.now.wallMilliseconds) }
            if board.facts.trouble != nil { log.notice("sealing again") }
            board.recovered()
            if let sealed { board.ring(.sealed(upTo: sealed.number)) }
        } catch is CancellationError {
        } catch {
            if board.facts.trouble == nil { log.error("what the tills write cannot be sealed now: \(error)") }
            board.failed(error)
        }
    }

    /// After an ending that a person has to look at.
    private static let seldomMilliseconds: Int64 = 60_000
}
