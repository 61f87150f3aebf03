import SplitMix

@testable import Replica

/// Work for a database that shows afterwards which transactions it holds: transaction n writes rows that n alone
/// decides, and counts itself.
struct DiskWork {
    /// How the database keeps its promises.
    enum Journal: String, CaseIterable {
        case wal = "WAL", delete = "DELETE", truncate = "TRUNCATE", persist = "PERSIST"
    }

    let path: String

    func open(_ journal: Journal, synchronous: String, pageBytes: Int = 4096) throws(ReplicaError) -> Connection {
        let pragmas = [
            "page_size = \(pageBytes)", "journal_mode = \(journal.rawValue)", "synchronous = \(synchronous)",
            "cache_size = 8",
        ]
        let connection = try Connection(path: path, pragmas: pragmas.map { "PRAGMA \($0)" })
        // Few frames before a checkpoint, so that losses meet checkpoints too.
        try connection.use { sql in try sql.execute("PRAGMA wal_autocheckpoint = 20") }
        return connection
    }

    func create(_ connection: Connection) throws(ReplicaError) {
        try connection.write { sql in
            try sql.execute("CREATE TABLE done(n INTEGER NOT NULL)")
            try sql.execute("CREATE TABLE item(id INTEGER PRIMARY KEY, n INTEGER, body TEXT)")
            try sql.execute("CREATE INDEX item_n ON item(n)")
            try sql.execute("INSERT INTO done VALUES (0)")
        }
    }

    /// Transaction `n`: some rows are replaced, some go, and some are large enough to spill the cache.
    func transact(_ n: Int, _ connection: Connection) throws(ReplicaError) {
        try connection.write { sql in
            var random = SplitMix64(seed: UInt64(n))
            for _ in 0..<random.below(6) + 1 {
                let (id, bytes) = (random.below(40), random.below(8) == 0 ? 5000 : random.below(180))
                try sql.execute("REPLACE INTO item VALUES (\(id), \(n), \(Self.body(String(bytes), String(n))))")
            }
            try sql.execute("DELETE FROM item WHERE id = \(random.below(40))")
            try sql.execute("UPDATE done SET n = \(n)")
        }
    }

    /// The number of the last transaction; the database is whole, and holds what the transactions up to it leave.
    func check(_ connection: Connection) throws(ReplicaError) -> (last: Int, fault: String?) {
        let (last, found, verdict) = try connection.read { sql in
            let last = try sql.statement("SELECT n FROM done").firstInteger() ?? -1
            let rows = try sql.statement("SELECT \(Self.seen) FROM item")
            let verdict = try sql.statement("PRAGMA integrity_check").firstBytes() ?? []
            return (Int(last), try rows.firstBytes() ?? [], String(decoding: verdict, as: UTF8.self))
        }
        if verdict != "ok" { return (last, verdict) }
        let expected = Self.rows(after: last)
        return (last, String(decoding: found, as: UTF8.self) == expected ? nil : "not what transaction \(last) left")
    }

    /// Text of `words` words that say `n`, in SQL.
    private static func body(_ words: String, _ n: String) -> String {
        "replace(hex(zeroblob(\(words))), '00', printf('%04x', \(n)))"
    }

    /// Each row, with its words as far as they are those of its transaction.
    private static let seen = """
        group_concat(id || ':' || n || ':' || iif(body = \(body("length(body) / 4", "n")), length(body) / 4, 'torn'))
        """

    /// What transactions 1 … `last` leave, by a model of their own.
    private static func rows(after last: Int) -> String {
        var rows: [Int: String] = [:]
        for n in 0..<max(last, 0) {
            var random = SplitMix64(seed: UInt64(n + 1))
            for _ in 0..<random.below(6) + 1 {
                let (id, bytes) = (random.below(40), random.below(8) == 0 ? 5000 : random.below(180))
                rows[id] = "\(id):\(n + 1):\(bytes)"
            }
            rows[random.below(40)] = nil
        }
        return rows.keys.sorted().compactMap { rows[$0] }.joined(separator: ",")
    }
}
