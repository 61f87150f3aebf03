import ChangeLog
public import Logging
import NetworkSchema
import NIOPosix
import Replica
public import ServiceLifecycle
import SyncSession
public import Transport
public import Trust

/// The hub's daemon: lets stores in, merges what they push, and sends each what concerns it.
public final class HubNode: Service {
    let shared: HubShared
    private let keys: KeyFiles
    private let directory: String
    private let listen: Endpoint
    private let log: Logger
    private let issuing: HubIssuing

    /// Opens the replica, and with it a new epoch; nothing listens yet. The caller holds the directory's lock.
    ///
    /// - Parameters:
    ///   - program: the program's version, for the stores.
    ///   - certificateLifetimeMilliseconds: how long the certificates last that stores get.
    public init(
        directory: String,
        listen: Endpoint,
        program: String,
        certificateLifetimeMilliseconds: Int64 = Validity.storeMilliseconds,
        log: Logger
    ) throws {
        let facts = try NodeFacts.read(directory: directory)
        guard facts.role == .hub else {
            throw ReplicaError.wrongRole(file: directory, is: "store", wanted: "hub")
        }
        if let alteration = facts.alteration { throw ReplicaError.altered(object: alteration) }
        let schema = try HubReplica.storedSchema(directory: directory)
        let replica = try HubReplica(
            directory: directory,
            schema: schema,
            epoch: Epoch(UInt64.random(in: 1...UInt64.max)),
            freshFeedKey: (0..<32).map { _ in UInt8.random(in: 0...255) },
            nowMilliseconds: Moment.now.wallMilliseconds
        )
        shared = HubShared(replica: replica, network: facts.network, program: program, log: log)
        keys = KeyFiles(dataDirectory: directory)
        issuing = try HubIssuing(keys, storeLifetimeMilliseconds: certificateLifetimeMilliseconds)
        self.directory = directory
        self.listen = listen
        self.log = log
    }

    /// Runs until the service group shuts down, or the task is cancelled.
    public func run() async throws {
        let (shared, log, issuing) = (shared, log, issuing)
        _ = try issuing.renewOwn(atMilliseconds: Moment.now.wallMilliseconds)
        let turnedAway = TurnedAwayLog(log)
        let listener = try await Listener.listen(
            at: listen,
            as: keys.credentials(),
            on: .singletonMultiThreadedEventLoopGroup,
            limits: Self.limits(log),
            turnedAway: { failure, address in turnedAway.note(failure, from: address) }
        ) { connection in
            switch connection.peer {
            case .node(let identity):
                guard let verifier = connection.certificate.flatMap(ChangesetVerifier.init) else {
                    log.notice("turned away: a key that is not on P-256", metadata: ["store": "\(identity.node)"])
                    connection.close()
                    return ConnectionEvents(received: { _ in }, closed: { _ in })
                }
                return HubLink(connection, store: identity.node, verifier: verifier, hub: shared).begin()
            case .joining:
                let join = HubJoin(issuing: issuing, from: "\(connection.remoteAddress)")
                return HubIssue(connection, hub: shared, join).begin()
            case .renewing(let identity):
                return HubIssue(connection, hub: shared, HubRenewal(issuing: issuing, store: identity.node)).begin()
            }
        }
        log.info("listening on \(listener.endpoint)", metadata: ["network": "\(shared.network)"])
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await self.watch() }
                group.addTask { try await self.keepHouse() }
                group.addTask { try await self.keepCertificates(listener) }
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(Int64.max / 2_000_000_000)) }
                group.cancelAll()
            }
        } catch is CancellationError {}
        log.info("stopping")
        shared.board.endAll(Bye(.shutdown, "the hub stops; it will be back"))
        await listener.close()
        try await shared.writer.stop()
        try await shared.readers.shutdownGracefully()
        try shared.replica.close()
    }

    /// As many connections as this process may have files, less those that the replica and the commands need.
    private static func limits(_ log: Logger) -> TransportLimits {
        var limits = TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        let files = OpenFiles.raisedLimit()
        let most = max(files - OpenFiles.kept, files / 2)
        if most < limits.connectionsMax {
            log.notice("at most \(most) connections: the system allows \(files) open files (LimitNOFILE, ulimit -n)")
            limits.connectionsMax = most
            limits.strangersMax = min(limits.strangersMax, max(most / 4, 1))
        }
        return limits
    }

    /// Seals within milliseconds what applications at the hub commit.
    private func watch() async throws {
        let (commits, commit) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = try CaptureWatch(path: StoreReplica.replicaPath(directory)) { commit.yield() }
        defer { watch.stop() }
        for await _ in commits { await sealIfCaptured() }
    }

    private func keepHouse() async throws {
        var seconds = 0
        while !Task.isCancelled {
            try await Task.sleep(for: .seconds(1))
            await sealIfCaptured()
            seconds += 1
            guard seconds % 60 == 0 else { continue }
            await attempt { replica in try replica.collectGarbage(nowMilliseconds: Moment.now.wallMilliseconds) }
        }
    }

    /// Once an hour: the hub's own certificate and the authority's are renewed long before their end.
    private func keepCertificates(_ listener: Listener) async throws {
        while !Task.isCancelled {
            try await Task.sleep(for: .seconds(3_600))
            do {
                guard let renewed = try issuing.renewOwn(atMilliseconds: Moment.now.wallMilliseconds) else { continue }
                try listener.show(renewed)
                log.notice("the hub's certificate is renewed, good until \(renewed.certificate.validity.endText)")
            } catch {
                log.error("the hub's certificate is to be renewed, and was not: \(error)")
            }
        }
    }

    private func sealIfCaptured() async {
        await attempt { replica in
            try replica.verifyUnaltered()
            if try replica.hasUnsealed() { _ = try replica.seal(nowMilliseconds: Moment.now.wallMilliseconds) }
        }
    }

    private func attempt(_ body: @escaping @Sendable (HubReplica) throws -> Void) async {
        do {
            try await shared.writer.run(body)
            if shared.board.recovered(at: .own) { log.notice("working again") }
        } catch {
            if shared.board.failed(error, at: .own) { log.error("the hub cannot write now: \(error)") }
        }
    }
}

extension HubNode {
    /// Answers a command on the control socket.
    public func answer(_ request: ControlRequest) async -> ControlAnswer {
        do {
            switch request {
            case .status:
                return try await .done(status())
            case .wait:
                // What is written at the hub is merged at once; there is nobody to wait for.
                try await sealNow()
                return try .done(ControlDone())
            case .seal:
                try await sealNow()
                return try .done(SealedOutbox(through: 0))
            case .backedUp(let reach):
                let known = try HubArchive.reach(reach)
                try await shared.writer.run { replica in
                    try replica.noteBackup(known, nowMilliseconds: Moment.now.wallMilliseconds)
                }
                for one in known { shared.board.ring(one.site, .backedUp(through: one.number)) }
                return try .done(ControlDone())
            case .importOutbox(let outbox):
                let desk = HubDesk(replica: shared.replica, writer: shared.writer)
                return try await .done(HubImport(directory: directory).run(outbox, on: desk))
            case .invite(let invitation):
                let registry = HubRegistry(directory: directory)
                let token = try await shared.writer.run { replica in try registry.invite(invitation, in: replica) }
                return try .done(InvitedStore(token: token))
            case .order(let order):
                let (said, end) = try await shared.writer.run { replica in try HubOrders.obey(order, in: replica) }
                if let end, let store = NodeName(order.store) { shared.board.end(store, end) }
                log.notice("\(said.said)")
                return try .done(said)
            case .applySchema(let document):
                let applied = try await shared.writer.run { replica in try HubSchema.apply(document, to: replica) }
                shared.board.schemaMoved(to: applied.version)
                log.notice("schema \(applied.name) is at version \(applied.version)")
                return try .done(applied)
            case .check:
                return .refused(ControlRefusal(.badInput, "a hub keeps no change log to check; ask a store"))
            case .settle(let settlement):
                let settled = try await shared.writer.run { replica in try HubSettling.settle(settlement, in: replica) }
                log.notice("\(settlement.list.rawValue) settled by \(settlement.by): \(settled.lines)")
                return try .done(settled)
            case .reclaim(let store): return try await .done(reclaimRights(of: store))
            }
        } catch let refusal as ControlRefusal {
            return .refused(refusal)
        } catch let error as ReplicaError where error.isOfStorage {
            return .refused(ControlRefusal(.inputOutput, "\(error)"))
        } catch {
            return .refused(ControlRefusal(.fault, "\(error)"))
        }
    }

    private func sealNow() async throws {
        do {
            try await shared.writer.run { replica in
                try replica.verifyUnaltered()
                _ = try replica.seal(nowMilliseconds: Moment.now.wallMilliseconds)
            }
        } catch {
            throw ControlRefusal(.notSo, "what was written at the hub cannot be sealed now: \(error)")
        }
    }

    private func status() async throws -> NodeStatus {
        let online = shared.board.onlineStores
        let directory = directory
        var status = try await shared.writer.run { replica in
            try HubStatus.read(directory: directory, replica: replica, online: online)
        }
        status.isRunning = true
        status.isConnected = true
        status.lagMilliseconds = 0
        status.clockOffsetMilliseconds = 0
        status.trouble = shared.board.trouble ?? status.trouble
        status.refusedPushes = shared.board.refusedPushes
        return status
    }
}
