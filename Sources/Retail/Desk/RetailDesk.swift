public import ChangeLog
import Crypto
public import Replica

/// Where commands of the trade are done: plain transactions on the node's replica, as any till makes them. The daemon
/// notices and seals them; nothing here waits for the network.
///
/// Law: a changing command and the note that it was done (`command_done`) are one transaction, so that a command that is
/// repeated with its key, after an answer that was lost or a crash at any instruction, is done exactly once and
/// answered as it was.
public final class RetailDesk: Sendable {
    /// A command's key is remembered for so long.
    static let keyDays: Int64 = 7
    private static let forgottenAtOnce = 20

    public let node: NodeName
    private let connection: Connection
    private let clock: @Sendable () -> Int64

    /// Opens the replica in a data directory.
    ///
    /// - Parameter clock: milliseconds since 1970 UTC.
    /// - Throws: `ReplicaError`; `RetailError` when its schema is not the retail one.
    public convenience init(directory: String, clock: @escaping @Sendable () -> Int64) throws {
        let facts = try NodeFacts.read(directory: directory)
        guard facts.schemaName == "retail" else {
            throw RetailError(
                .otherSchema,
                facts.schemaName,
                "this network's schema is \(facts.schemaName), and these commands are for the retail one",
                cure: "write to the replica with SQL"
            )
        }
        // Sold is sold: what a till is told survives a power cut.
        try self.init(
            Connection(path: StoreReplica.replicaPath(directory), pragmas: ReplicaPragmas.hubWriter),
            node: facts.role.node,
            clock: clock
        )
    }

    public init(_ connection: Connection, node: NodeName, clock: @escaping @Sendable () -> Int64) throws {
        (self.connection, self.node, self.clock) = (connection, node, clock)
    }

    public func close() throws { try connection.close() }

    /// What a command answered, and whether it had been done before.
    public struct Answer: Hashable, Sendable {
        public var value: JSONValue
        public var isRepeated = false
    }

    /// Does a command.
    ///
    /// - Parameters:
    ///   - key: for a command that changes something.
    ///   - stores: at a hub, the stores as its daemon knows them.
    /// - Throws: `RetailError` only.
    public func answer(
        _ command: RetailCommand,
        _ request: JSONValue,
        key: IdempotencyKey?,
        stores: [StoreStanding] = []
    ) throws(RetailError) -> Answer {
        guard command.works(atHub: node.isHub) else {
            throw RetailError(
                .wrongNode,
                command.name,
                "\(command.name) is for \(node.isHub ? "stores" : "the hub"), and this is \(node)",
                cure: "ask \(node.isHub ? "the store" : "the hub")"
            )
        }
        let arguments = try Arguments(request, command.fields)
        guard command.isChange else {
            return try transact(isWriting: false) { sql in try finish(command, arguments, work(sql, stores)) }
        }
        guard let key else {
            throw .badInput(
                "Idempotency-Key",
                "\(command.name) changes something, and has no key",
                cure: "make a key for each command, and repeat it with the command"
            )
        }
        let digest = Self.digest(command, request)
        let outcome: Result<Answer, RetailError> = try transact(isWriting: true) { sql in
            let work = work(sql, stores)
            if let done = try Self.done(key, digest, command, work) { return .success(done) }
            if node.isHub { try StoreBook.catchUp(work) }
            switch try command.body(arguments, work) {
            case .refused(let refusal): return .failure(refusal)
            case .done(let value):
                try Self.note(key, digest, command, value, work)
                return .success(Answer(value: value))
            }
        }
        return try outcome.get()
    }

    // MARK: Beside commands

    /// What a store does by itself: it gives back what it holds for orders that were cancelled, taken over or handed
    /// over elsewhere. Only orders that commands placed: whoever writes orders with SQL knows what else goes with it.
    ///
    /// - Returns: how many rows it wrote.
    @discardableResult
    public func giveBack() throws(RetailError) -> Int {
        guard try look(Releases.areDue) else { return 0 }
        return try change { work in try Releases.make(work) }
    }

    /// Brings what stands in the write-ahead log into the file, and empties it: pages of rows that were deleted stay
    /// legible there until they are written over.
    ///
    /// - Returns: false when somebody reads or writes just now; nobody is waited for, because tills would have to.
    func emptyLog() throws(RetailError) -> Bool {
        do {
            return try connection.use { sql in
                let work = work(sql, [])
                let wait = try work.row("PRAGMA busy_timeout")?.integer(0) ?? 0
                try sql.execute("PRAGMA busy_timeout = 0")
                let found = Result { try work.row("PRAGMA wal_checkpoint(TRUNCATE)") }
                try sql.execute("PRAGMA busy_timeout = \(wait)")
                return try found.get()?.integer(0) == 0
            }
        } catch {
            throw RetailError(of: error)
        }
    }

    /// Reads in one snapshot.
    func look<Value>(_ body: (Work) throws -> Value) throws(RetailError) -> Value {
        try transact(isWriting: false) { sql in try body(work(sql, [])) }
    }

    /// Writes in one transaction.
    func change<Value>(_ stores: [StoreStanding] = [], _ body: (Work) throws -> Value) throws(RetailError) -> Value {
        try transact(isWriting: true) { sql in try body(work(sql, stores)) }
    }

    // MARK: Steps

    private func work(_ sql: SQL, _ stores: [StoreStanding]) -> Work {
        Work(sql: sql, node: node.text, now: clock(), stores: stores)
    }

    private func finish(_ command: RetailCommand, _ arguments: Arguments, _ work: Work) throws -> Answer {
        switch try command.body(arguments, work) {
        case .done(let value): Answer(value: value)
        case .refused(let refusal): throw refusal
        }
    }

    /// What was answered when the key was used before.
    private static func done(
        _ key: IdempotencyKey,
        _ digest: String,
        _ command: RetailCommand,
        _ work: Work
    ) throws -> Answer? {
        let row = try work.row(
            "SELECT request, answer FROM command_done WHERE node = ?1 AND \"key\" = ?2",
            work.node,
            key.description
        )
        guard let row else { return nil }
        guard row.text(0) == digest else {
            throw RetailError(
                .keyReused,
                key.description,
                "the key \(key) was used for another request",
                cure: "make a new key for each command"
            )
        }
        return Answer(value: try JSONValue(parsing: row.text(1).utf8), isRepeated: true)
    }

    private static func note(
        _ key: IdempotencyKey,
        _ digest: String,
        _ command: RetailCommand,
        _ value: JSONValue,
        _ work: Work
    ) throws {
        try work.run(
            "INSERT INTO command_done(node, \"key\", command, request, answer, done_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            work.node,
            key.description,
            command.name,
            digest,
            value.string,
            work.now
        )
        try forget(work)
    }

    /// Keys of an age go, some with each command. The age of one that was noted by a clock without a battery begins when
    /// the clock is right again.
    private static func forget(_ work: Work) throws {
        guard ClockEra.isTimely(work.now) else { return }
        let some = """
            "key" IN (SELECT "key" FROM command_done WHERE node = ?1 AND done_at < ?2 LIMIT \(forgottenAtOnce))
            """
        try work.run(
            "UPDATE command_done SET done_at = ?3 WHERE node = ?1 AND \(some)",
            work.node,
            ClockEra.beginning,
            work.now
        )
        try work.run(
            "DELETE FROM command_done WHERE node = ?1 AND done_at >= ?3 AND \(some)",
            work.node,
            work.now - keyDays * 86_400_000,
            ClockEra.beginning
        )
    }

    private static func digest(_ command: RetailCommand, _ request: JSONValue) -> String {
        SHA256.hash(data: Array(command.name.utf8) + [0] + request.bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// Runs `body` in one transaction. What a command refuses passes as it is; errors of the replica become errors of
    /// the trade.
    private func transact<Value>(
        isWriting: Bool,
        _ body: (SQL) throws -> Value
    ) throws(RetailError) -> Value {
        // The connection knows errors of the replica only.
        var refusal: RetailError?
        func noting(_ sql: SQL) throws -> Value {
            do { return try body(sql) } catch let error as RetailError {
                refusal = error
                throw error
            }
        }
        do {
            return isWriting ? try connection.write(noting) : try connection.read(noting)
        } catch {
            throw refusal ?? RetailError(of: error)
        }
    }
}
