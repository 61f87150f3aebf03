import ChangeLog
import Replica
import SyncSession
public import Transport

/// What the store's daemon tells commands.
extension StoreNode {
    /// How often a wait looks again.
    private static let lookAgain = Duration.milliseconds(2)

    /// Answers a command on the control socket.
    public func answer(_ request: ControlRequest) async -> ControlAnswer {
        do {
            switch request {
            case .status:
                return try await .done(status())
            case .wait(let timeoutMilliseconds):
                try await wait(timeoutMilliseconds: timeoutMilliseconds)
                return try .done(ControlDone())
            case .seal:
                if let error = await sealNow() {
                    throw ControlRefusal(.notSo, "what the tills wrote cannot be sealed now: \(error)")
                }
                let through = try await work.run { replica in try replica.noteExported() }
                return try .done(SealedOutbox(through: through.number))
            case .importOutbox, .backedUp:
                return .refused(ControlRefusal(.badInput, "that is for a hub; name the hub's data directory"))
            case .invite, .reclaim:
                return .refused(ControlRefusal(.badInput, "a store invites nobody; ask at the hub's data directory"))
            case .check:
                return try await .done(work.run { replica in try CheckedReplica(of: replica) })
            case .settle:
                return .refused(ControlRefusal(.badInput, "this is settled at the hub; name the hub's data directory"))
            case .order:
                return .refused(ControlRefusal(.badInput, "a store orders nobody; ask at the hub's data directory"))
            case .applySchema:
                return .refused(ControlRefusal(.badInput, "a store takes its schema from the hub; apply it there"))
            }
        } catch let refusal as ControlRefusal {
            return .refused(refusal)
        } catch let error as ReplicaError where error.isOfStorage {
            return .refused(ControlRefusal(.inputOutput, "\(error)"))
        } catch {
            return .refused(ControlRefusal(.fault, "\(error)"))
        }
    }

    /// What is captured is sealed, all of it acknowledged, and a checkpoint committed at or above the head that the hub
    /// stated after it sealed its own.
    private func wait(timeoutMilliseconds: Int64) async throws {
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        if let error = await sealNow() {
            throw ControlRefusal(.notSo, "what the tills wrote cannot be sealed now: \(error)")
        }
        let sealed = board.facts.sealed
        func isInTime() throws {
            guard ContinuousClock.now < deadline else { throw ControlRefusal(.notSo, late(sealed)) }
        }
        while board.facts.acknowledged < sealed {
            try isInTime()
            try await Task.sleep(for: Self.lookAgain)
        }
        let head = try await askHead(isInTime)
        while board.facts.cursor.position < head {
            try isInTime()
            try await Task.sleep(for: Self.lookAgain)
        }
    }

    /// The hub's head; asked for anew in each session, because a session that ends takes its questions with it.
    private func askHead(_ isInTime: () throws -> Void) async throws -> Position {
        while true {
            while !board.facts.isConnected {
                try isInTime()
                try await Task.sleep(for: Self.lookAgain)
            }
            let id = board.askHead()
            let session = board.facts.sessions
            while board.facts.isConnected, board.facts.sessions == session {
                if let head = board.facts.heads[id] { return head }
                try isInTime()
                try await Task.sleep(for: Self.lookAgain)
            }
        }
    }

    private func late(_ sealed: ChangesetNumber) -> String {
        let facts = board.facts
        let link = facts.isConnected ? "connected" : "not connected"
        return "not caught up in time: \(link), acknowledged \(facts.acknowledged) of \(sealed), at position "
            + "\(facts.cursor.position.number)"
            + (facts.trouble.map { "; \($0)" } ?? "; wait longer, or see `linli status`")
    }

    private func status() async throws -> NodeStatus {
        let facts = board.facts
        let directory = directory
        var status: NodeStatus
        do {
            status = try await work.run { replica in try NodeStatus(of: replica, directory: directory) }
        } catch let error as ReplicaError where error.isOfStorage {
            // What cannot be settled on this disk can still be read.
            status = try Self.statusAtRest(directory: directory)
        }
        status.isRunning = true
        status.isConnected = facts.isConnected
        status.clockOffsetMilliseconds = facts.offsetMilliseconds
        status.lagMilliseconds = facts.caughtUpAt.map { max(Moment.now.monotonicMilliseconds - $0, 0) }
        status.trouble = facts.trouble ?? status.trouble
        return status
    }

    /// Checks the files with no daemon running. The caller holds the directory's lock.
    public static func checkAtRest(directory: String) throws -> CheckedReplica {
        let replica = try StoreReplica(directory: directory)
        let checked = try CheckedReplica(of: replica)
        try replica.close()
        return checked
    }

    /// With no daemon running. Nothing is written.
    public static func statusAtRest(directory: String) throws -> NodeStatus {
        NodeStatus(try StoreReplica.figures(directory: directory), try NodeFacts.read(directory: directory))
    }
}

extension CheckedReplica {
    fileprivate init(of replica: StoreReplica) throws { self.init(damage: try replica.check().map { "\($0)" }) }
}

extension NodeStatus {
    fileprivate init(_ figures: StoreFigures, _ facts: NodeFacts) {
        self.init(
            role: .store,
            node: figures.store.text,
            site: "\(figures.site)",
            network: facts.network,
            region: facts.role.region,
            hub: facts.address,
            schema: Schema(name: figures.schemaName, version: figures.schemaVersion)
        )
        formerSite = facts.formerSite
        outbox = Int64(figures.outbox)
        acknowledged = figures.acknowledged.number
        cursor = figures.cursor.position.number
        conflicts = Int64(figures.conflicts)
        quarantine = Int64(figures.quarantine)
        exceptions = Int64(figures.exceptions.reduce(0) { $0 + $1.rows })
        trouble = facts.alteration.map { "\(ReplicaError.altered(object: $0))" }
    }

    init(of replica: StoreReplica, directory: String) throws {
        self.init(try replica.figures(), try NodeFacts.read(directory: directory))
    }
}
