/// The statements that read the capture, for one connection. Columns of a captured row always stand in this order:
///
///     seq tbl mask at k0.. d0.. note           of the capture
///     is-there cell0..                          of the row itself, as it is in this snapshot
struct CaptureStatements {
    /// Columns of the capture before the keys.
    static let keys = 4

    let deltas: Int
    let note: Int
    /// Where the row itself begins.
    let row: Int
    private let sql: SQL
    private let columns: [String]
    private var joined: [Statement?]
    private let plan: SchemaPlan

    init(_ sql: SQL, plan: SchemaPlan) {
        self.sql = sql
        self.plan = plan
        deltas = Self.keys + plan.keyCellsMax
        note = deltas + plan.counterCellsMax
        row = note + 1
        columns =
            ["seq", "tbl", "mask", "at"] + (0..<plan.keyCellsMax).map { InternalTables.keyColumn($0) }
            + (0..<plan.counterCellsMax).map { InternalTables.deltaColumn($0) } + ["note"]
        joined = Array(repeating: nil, count: plan.tables.count)
    }

    /// All captures after a seq.
    func all(after seq: Int64) throws(ReplicaError) -> Statement {
        let text = "SELECT \(columns.joined(separator: ", ")) FROM linli_capture WHERE seq > ?1 ORDER BY seq"
        return try sql.statement(text).bind(1, seq)
    }

    /// The captures from one seq to another, without the rows.
    func bare(from first: Int64, through last: Int64) throws(ReplicaError) -> Statement {
        let text =
            "SELECT \(columns.joined(separator: ", ")) FROM linli_capture WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq"
        return try sql.statement(text).bind(1, first).bind(2, last)
    }

    /// The captures from one seq to another, all of this table, each with its row.
    mutating func withRows(
        of table: TablePlan,
        from first: Int64,
        through last: Int64
    ) throws(ReplicaError) -> Statement {
        if let known = joined[table.number] { return known.bind(1, first).bind(2, last) }
        let cells = table.cells.map { ", t.\($0)" }.joined()
        let keys = table.key.enumerated().map { "t.\($1) = c.\(InternalTables.keyColumn($0))" }
        let statement = try sql.statement(
            "SELECT \(columns.map { "c.\($0)" }.joined(separator: ", ")), t.\(table.key[0]) IS NOT NULL\(cells) "
                + "FROM linli_capture c LEFT JOIN \(table.name) t ON \(keys.joined(separator: " AND ")) "
                + "WHERE c.seq BETWEEN ?1 AND ?2 ORDER BY c.seq"
        )
        joined[table.number] = statement
        return statement.bind(1, first).bind(2, last)
    }
}
