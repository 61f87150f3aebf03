import ChangeLog
public import Logging
import NIOPosix
import Replica
import SessionWork
public import ServiceLifecycle
import SyncSession
import Transport
public import Trust

/// The store's daemon: seals what tills commit, keeps a session with the hub, applies what comes down.
///
///     till ──commit──▶ linli.db ──CaptureWatch──▶ seal ──▶ changes.db ──▶ session ──▶ hub
///     till ◀──────────────────── linli.db ◀── apply ◀── staged chunks ◀── session ◀── hub
///
/// The link may be down for a month: sealing goes on, dialling goes on with growing pauses. Nothing here waits for the
/// network except the session itself.
public final class StoreNode: Service {
    /// A certificate lasts for years: to look again, or ask again, once in so long is soon enough.
    private static let renewalPauseMillisecondsMax: Int64 = 600_000

    let directory: String
    let work: WorkThread<StoreReplica>
    let board: StoreBoard
    private let facts: NodeFacts
    private let renewal: StoreRenewal
    private let hub: Endpoint
    private let log: Logger
    private let program: String

    /// Opens the replica; nothing runs yet. The caller holds the directory's lock.
    ///
    /// - Parameters:
    ///   - directory: the data directory that `linli store join` made.
    ///   - hub: where to dial instead of the address that the store joined with.
    ///   - program: the program's version, for the hub's log.
    public init(directory: String, hub: Endpoint?, program: String, log: Logger) throws {
        facts = try NodeFacts.read(directory: directory)
        if let alteration = facts.alteration { throw ReplicaError.altered(object: alteration) }
        let replica = try StoreReplica(directory: directory)
        renewal = try StoreRenewal(KeyFiles(dataDirectory: directory))
        self.hub = try hub ?? Endpoint(parsing: facts.address)
        self.directory = directory
        self.program = program
        self.log = log
        let figures = try replica.figures()
        board = StoreBoard(
            sealed: figures.sealed,
            acknowledged: figures.acknowledged,
            cursor: figures.cursor
        )
        work = WorkThread(owning: replica)
    }

    /// Runs until the service group shuts down, or the task is cancelled.
    public func run() async throws {
        await sealNow()
        log.info(
            "started",
            metadata: ["store": "\(facts.role.node)", "site": "\(facts.site)", "hub": "\(hub)"]
        )
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await self.watch() }
                    group.addTask { try await self.dial() }
                    group.addTask { try await self.renew() }
                    group.addTask { try await self.keepHouse() }
                    try await group.waitForAll()
                }
            }
        } catch is CancellationError {}
        log.info("stopping")
        await sealNow()
        do {
            try await work.run { replica in try replica.close() }
        } catch {
            log.error("the replica was not closed in order: \(error); nothing is lost")
        }
        try await work.stop()
    }

    // MARK: What runs

    /// Seals within milliseconds of a foreign commit.
    private func watch() async throws {
        let (commits, commit) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = try CaptureWatch(path: StoreReplica.replicaPath(directory)) { commit.yield() }
        defer { watch.stop() }
        for await _ in commits { await sealNow() }
    }

    private func dial() async throws {
        var backoff = Backoff()
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup,
            limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        )
        var told = ""
        while !Task.isCancelled {
            var pause: Int64
            do {
                let wasOnline = try await holdSession(dialler)
                if wasOnline { backoff.succeeded() }
                pause = .random(in: backoff.failed())
                let ending = board.takeEnding()
                if let history = ending?.history, try await fork(history) {
                    pause = 0
                    continue
                }
                let (text, sequel) = Self.text(of: ending)
                if wasOnline || told != text { log.warning("lost the hub: \(text)") }
                told = text
                pause = Backoff.wait(usual: pause, after: sequel, thaw: .random(in: Backoff.thawMilliseconds))
                if let sequel, sequel != .reconnect, sequel != .none { board.failed(text, at: .admission) }
            } catch let fault as TransportFault {
                pause = .random(in: backoff.failed())
                if told != fault.description { log.warning("no connection to the hub: \(fault)") }
                told = fault.description
                if fault.needsAPerson { board.failed(fault, at: .admission) }
            } catch let error as ReplicaError {
                pause = .random(in: backoff.failed())
                board.failed(error)
                if told != error.description { log.error("no session with the hub: \(error)") }
                told = error.description
            }
            try await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// One connection, from its dial to its end.
    ///
    /// - Returns: whether a session was at work.
    private func holdSession(_ dialler: Dialler) async throws -> Bool {
        let (work, board, log, program, credentials) = (work, board, log, program, renewal.credentials)
        let hello = try await work.run { replica in Hello(try replica.hello(), program: program) }
        let connection = try await dialler.connect(to: hub, as: credentials) { connection in
            StoreLink(connection, hello: hello, key: credentials.key, work: work, board: board, log: log).begin()
        }
        await withTaskCancellationHandler {
            await connection.waitUntilClosed()
        } onCancel: {
            board.ring(.end(Bye(.shutdown, "the store's daemon stops")))
        }
        try Task.checkCancellation()
        return board.takeWasOnline()
    }

    /// The hub found this replica to be a copy, or an older state of its site: it becomes a site of its own.
    ///
    /// - Returns: whether the hub is to be asked again at once.
    private func fork(_ history: ForkHistory) async throws -> Bool {
        let former = try await work.run { replica in replica.site }
        let forking = try await work.run { replica in
            let now = Moment.now
            replica.clocksRead(now)
            return try replica.fork(
                history,
                as: SiteID(UInt64.random(in: 1...UInt64.max)),
                wallMilliseconds: now.wallMilliseconds
            )
        }
        guard case .newSite(let kept) = forking else { return true }
        let (site, sealed) = try await work.run { replica in (replica.site, replica.lastSealed) }
        board.isNewSite(sealed: sealed)
        log.warning(
            "this replica was copied, or restored from a backup: it is a new site, and keeps what the hub has not seen",
            metadata: ["site": "\(site)", "former": "\(former)", "kept": "\(kept) changesets"]
        )
        return true
    }

    private static func text(of ending: StoreBoard.Ending?) -> (String, SessionError.Sequel?) {
        switch ending {
        case .session(let error): ("\(error)", error.sequel)
        case .line(let why): (why, nil)
        case nil: ("the line broke", nil)
        }
    }

    /// Renews the certificate long before its end, and goes on trying. A session need not stand for it.
    private func renew() async throws {
        var backoff = Backoff(floorMilliseconds: 1_000, ceilingMilliseconds: Self.renewalPauseMillisecondsMax)
        var told = ""
        while !Task.isCancelled {
            var pause = Self.renewalPauseMillisecondsMax
            do {
                let left = try renewal.untilDue(atMilliseconds: Moment.now.wallMilliseconds)
                if left == 0 {
                    try await renewal.renew(at: hub, site: work.run { replica in replica.site })
                    log.notice("certificate renewed, good until \(renewal.credentials.certificate.validity.endText)")
                    backoff.succeeded()
                    told = ""
                }
                // The clock may be set meanwhile; by a clock that runs years ahead it is due again at once.
                let next = left == 0 ? try renewal.untilDue(atMilliseconds: Moment.now.wallMilliseconds) : left
                if next > 0 { pause = min(next, pause) }
            } catch let stopped as CancellationError {
                throw stopped
            } catch {
                pause = .random(in: backoff.failed())
                if told != "\(error)" { log.warning("the certificate is to be renewed, and was not: \(error)") }
                told = "\(error)"
            }
            try await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// Once a second: what failed is tried again, old changesets go, rights move by share.
    private func keepHouse() async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: .seconds(1))
            await sealNow()
            let isConnected = board.facts.isConnected
            do {
                try await work.run { replica in
                    if isConnected { _ = try replica.shareGrants() }
                    _ = try replica.tidy(wallMilliseconds: Moment.now.wallMilliseconds)
                }
                board.recovered(at: .housekeeping)
            } catch let error as ReplicaError {
                board.failed(error, at: .housekeeping)
            }
        }
    }

    /// Seals what tills committed. What was altered behind our back is not sealed: it would go up as it is not.
    ///
    /// - Returns: why it could not; nil when nothing is left unsealed.
    @discardableResult
    func sealNow() async -> (any Error)? {
        do {
            let sealed = try await work.run { replica in
                try replica.verifyUnaltered()
                let now = Moment.now
                replica.clocksRead(now)
                return try replica.seal(wallMilliseconds: now.wallMilliseconds)
            }
            if board.recovered(at: .sealing) { log.notice("sealing again") }
            if let sealed { board.sealed(sealed.number) }
            return nil
        } catch let stopped as CancellationError {
            return stopped
        } catch {
            if board.facts.troubles[.sealing] == nil {
                log.error("what the tills write cannot be sealed now: \(error)")
            }
            board.failed(error, at: .sealing)
            return error
        }
    }
}
