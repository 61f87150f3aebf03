import ChangeLog

/// What a store asks of `linli_capture` beside folding it. Numbers are never used again: the newest row always stays.
struct StoreCaptures {
    private let sql: SQL

    init(_ sql: SQL) { self.sql = sql }

    /// The newest capture's number; 0 when nothing was ever captured.
    func last() throws(ReplicaError) -> Int64 {
        try sql.statement("SELECT max(seq) FROM linli_capture").firstInteger() ?? 0
    }

    func hasAny(after seq: Int64) throws(ReplicaError) -> Bool {
        try sql.statement("SELECT 1 FROM linli_capture WHERE seq > ?1 LIMIT 1").bind(1, seq).firstInteger() != nil
    }

    func count(after seq: Int64, atMost most: Int) throws(ReplicaError) -> Int {
        let found = try sql.statement("SELECT count(*) FROM (SELECT 1 FROM linli_capture WHERE seq > ?1 LIMIT ?2)")
            .bind(1, seq).bind(2, most).firstInteger()
        return Int(found ?? 0)
    }

    /// Whether enough captures up to `seq` stand here to be worth the write lock.
    func hasMany(through seq: Int64) throws(ReplicaError) -> Bool {
        guard let first = try sql.statement("SELECT min(seq) FROM linli_capture").firstInteger() else { return false }
        return seq - first >= StoreLimits.trimmedCapturesMin
    }

    /// Deletes the oldest captures up to `seq`, as many as one transaction may.
    ///
    /// - Returns: whether more of them are left.
    func trim(through seq: Int64) throws(ReplicaError) -> Bool {
        guard let first = try sql.statement("SELECT min(seq) FROM linli_capture").firstInteger() else { return false }
        let end = min(seq, first + StoreLimits.trimmedCapturesMax - 1, try last() - 1)
        guard end >= first else { return false }
        try sql.statement("DELETE FROM linli_capture WHERE seq <= ?1").bind(1, end).run()
        return end < min(seq, try last() - 1)
    }
}
