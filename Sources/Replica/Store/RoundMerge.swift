import ChangeLog
import NetworkSchema

/// Moves one table of the round into the replica, set by set: what differs is found before the write lock is taken, and
/// under it one DELETE and one UPSERT run a table.
struct RoundMerge {
    private let round: RoundTable
    private let plan: TablePlan
    /// The name under which this store holds rights.
    private let holder: String

    init(_ round: RoundTable, holder: String) {
        self.round = round
        plan = round.plan
        self.holder = SQLName.literal(holder)
    }

    // MARK: Before the lock

    /// In a complete round, every row of the replica that no chunk named is absent.
    func addUnnamed(_ sql: SQL) throws(ReplicaError) {
        try sql.statement(
            """
            INSERT INTO \(round.rows)(\(keys), position, rank, life)
            SELECT \(plan.key.map { "t.\($0)" }.joined(separator: ", ")), 0, \(RoundTable.Rank.absent.rawValue), 0
            FROM main.\(plan.name) t WHERE NOT EXISTS (SELECT 1 FROM \(round.rows) r WHERE \(match("t", "r")))
            """
        ).run()
    }

    /// Marks what is as the replica has it already.
    func compare(_ sql: SQL) throws(ReplicaError) {
        let same = zip(plan.cells, round.cells).map { " AND t.\($0) IS r.\($1)" }.joined()
        try sql.statement(
            """
            UPDATE \(round.rows) AS r SET differs = 0 WHERE CASE WHEN life % 2 = 1
              THEN EXISTS (SELECT 1 FROM main.\(plan.name) t WHERE \(match("t", "r"))\(same))
              ELSE NOT EXISTS (SELECT 1 FROM main.\(plan.name) t WHERE \(match("t", "r"))) END
            """
        ).run()
        guard round.hasUnits else {
            try sql.statement("UPDATE \(round.rows) SET moved = 0").run()
            return
        }
        try sql.statement("UPDATE \(round.rows) AS r SET moved = 0 WHERE \(rightsAreSame)").run()
    }

    /// The rights that stand in the replica are those of the round. A row that is not alive has none.
    private var rightsAreSame: String {
        let others = "FROM main.\(plan.internalTable("others")) o WHERE \(match("o", "r"))"
        let theirs = "FROM \(round.units) u WHERE \(matchRound("u", "r")) AND u.node <> \(holder)"
        let held = plan.escrow.map { cell in
            let column = SQLName.literal(plan.column(ofCell: cell).name)
            return """
                 AND coalesce((SELECT h.\(plan.cells[cell]) FROM main.\(plan.internalTable("held")) h
                  WHERE \(match("h", "r"))), 0) = coalesce((SELECT u.units FROM \(round.units) u
                  WHERE \(matchRound("u", "r")) AND u."column" = \(column) AND u.node = \(holder)), 0)
                """
        }.joined()
        return """
            (SELECT count(*) \(others)) = (SELECT count(*) \(theirs))
              AND NOT EXISTS (SELECT 1 \(theirs) AND NOT EXISTS (SELECT 1 \(others)
                AND o."column" = u."column" AND o.node = u.node AND o.units = u.units))\(held)
            """
    }

    // MARK: Under the lock

    /// Rights that this store holds in rows that leave it, in order of key.
    func rightsOfEvicted(_ sql: SQL) throws(ReplicaError) -> [(key: [Value], cell: Int, units: Int64)] {
        var found: [(key: [Value], cell: Int, units: Int64)] = []
        for cell in plan.escrow {
            let column = SQLName.literal(plan.column(ofCell: cell).name)
            let row = try sql.statement(
                """
                SELECT coalesce((SELECT h.\(plan.cells[cell]) FROM main.\(plan.internalTable("held")) h
                    WHERE \(match("h", "r"))), 0)
                  + coalesce((SELECT o.units FROM main.\(plan.internalTable("others")) o WHERE \(match("o", "r"))
                    AND o."column" = \(column) AND o.node = \(holder)), 0) AS units, \(rowKeys("r"))
                FROM \(round.rows) r WHERE rank = \(RoundTable.Rank.absent.rawValue) AND life % 2 = 0 AND units > 0
                """
            )
            defer { row.reset() }
            while try row.step() { found.append((row.values(from: 1, count: plan.key.count), cell, row.integer(0))) }
        }
        return found
    }

    func moveRows(_ sql: SQL) throws(ReplicaError) {
        try sql.statement(
            "DELETE FROM main.\(plan.name) WHERE (\(key)) IN "
                + "(SELECT \(keys) FROM \(round.rows) WHERE differs AND life % 2 = 0)"
        ).run()
        let columns = (plan.key + plan.cells).joined(separator: ", ")
        let update = plan.cells.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        try sql.statement(
            """
            INSERT INTO main.\(plan.name)(\(columns)) SELECT \((round.keys + round.cells).joined(separator: ", "))
            FROM \(round.rows) WHERE differs AND life % 2 = 1
            ON CONFLICT(\(key)) DO \(plan.cells.isEmpty ? "NOTHING" : "UPDATE SET \(update)")
            """
        ).run()
    }

    func moveRights(_ sql: SQL) throws(ReplicaError) {
        guard round.hasUnits else { return }
        let (held, others) = ("main.\(plan.internalTable("held"))", "main.\(plan.internalTable("others"))")
        try sql.statement(
            "DELETE FROM \(others) WHERE (\(key)) IN (SELECT \(keys) FROM \(round.rows) WHERE moved)"
        ).run()
        try sql.statement(
            """
            INSERT INTO \(others)(\(key), "column", node, units)
            SELECT \(rowKeys("u")), u."column", u.node, u.units FROM \(round.rows) r CROSS JOIN \(round.units) u
            WHERE r.moved AND r.life % 2 = 1 AND \(matchRound("u", "r")) AND u.node <> \(holder)
            """
        ).run()
        try sql.statement(
            "DELETE FROM \(held) WHERE (\(key)) IN "
                + "(SELECT \(keys) FROM \(round.rows) WHERE moved AND life % 2 = 0)"
        ).run()
        let columns = plan.escrow.map { plan.cells[$0] }
        let units = plan.escrow.map { cell in
            """
            coalesce((SELECT u.units FROM \(round.units) u WHERE \(matchRound("u", "r"))
              AND u."column" = \(SQLName.literal(plan.column(ofCell: cell).name)) AND u.node = \(holder)), 0)
            """
        }
        try sql.statement(
            """
            INSERT INTO \(held)(\(key), \(columns.joined(separator: ", ")))
            SELECT \(rowKeys("r")), \(units.joined(separator: ", ")) FROM \(round.rows) r
            WHERE r.moved AND r.life % 2 = 1
            ON CONFLICT(\(key)) DO UPDATE SET \(columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
            """
        ).run()
    }

    // MARK: Pieces of SQL

    private var key: String { plan.key.joined(separator: ", ") }
    private var keys: String { round.keys.joined(separator: ", ") }

    private func rowKeys(_ alias: String) -> String { round.keys.map { "\(alias).\($0)" }.joined(separator: ", ") }

    /// A row of a table of the replica and one of the round have one key.
    private func match(_ replica: String, _ round: String) -> String {
        zip(plan.key, self.round.keys).map { "\(replica).\($0) = \(round).\($1)" }.joined(separator: " AND ")
    }

    private func matchRound(_ units: String, _ round: String) -> String {
        self.round.keys.map { "\(units).\($0) = \(round).\($0)" }.joined(separator: " AND ")
    }
}
