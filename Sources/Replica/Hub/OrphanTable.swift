import ChangeLog

/// Children whose parent is absent; they stay in their writer's scope until it comes. `linli_orphan`.
final class OrphanTable {
    /// Absent parents, and children that wait for them.
    private(set) var count = 0
    private let insert: Statement
    private let take: Statement
    private let sql: SQL

    init(_ sql: SQL) throws(ReplicaError) {
        self.sql = sql
        insert = try sql.statement(
            "INSERT OR IGNORE INTO linli_orphan (parent_tbl, parent_key, tbl, key) VALUES (?1, ?2, ?3, ?4)"
        )
        take = try sql.statement("DELETE FROM linli_orphan WHERE parent_tbl = ?1 AND parent_key = ?2")
        try recount()
    }

    /// Writes were taken back.
    func recount() throws(ReplicaError) {
        count = Int(try sql.statement("SELECT count(*) FROM linli_orphan").firstInteger() ?? 0)
    }

    func put(_ child: RowKey, of parent: RowKey) throws(ReplicaError) {
        insert.bind(1, parent.table).bind(2, .blob(parent.key.bytes))
        try insert.bind(3, child.table).bind(4, .blob(child.key.bytes)).run()
        count += sql.changes
    }

    /// The parent is there. True when children waited for it.
    func take(of parent: RowKey) throws(ReplicaError) -> Bool {
        guard count > 0 else { return false }
        try take.bind(1, parent.table).bind(2, .blob(parent.key.bytes)).run()
        count -= sql.changes
        return sql.changes > 0
    }
}
