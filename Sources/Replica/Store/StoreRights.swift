import ChangeLog
import NetworkSchema

/// What a store does with the rights that it holds, beside spending them.
extension StoreReplica {
    /// Grants the hub what it lacks of its share in rows of this store, in one short transaction like an
    /// application's, so that the grants are captured and pushed. Only rows that changed since the last call are looked
    /// at.
    ///
    /// - Returns: how many grants were made.
    public func shareGrants() throws(ReplicaError) -> Int {
        try guarded { () throws(ReplicaError) in
            // Frozen rights look like none: what is to be looked at stays so until they are back.
            guard !shareWatch.isEmpty, !state.hasFrozenRights, !mistakes.contains(.keepShares) else { return 0 }
            let watch = shareWatch
            let due = try client.read { sql in try dueGrants(watch, sql) }
            var made = 0
            if !due.isEmpty {
                made = try client.write { sql in
                    var made = 0
                    for grant in due {
                        // The rights may have been spent since the look.
                        guard
                            let now = try ShareQuery(grant.plan, cell: grant.cell, store: name).due(of: grant.key, sql)
                        else { continue }
                        try ShareQuery.make(now, sql)
                        made += 1
                    }
                    return made
                }
            }
            shareWatch = .nothing
            return made
        }
    }

    /// Grants that the hub waits for: with nothing captured and a hub that is heard, none for long.
    package func sharesDue() throws(ReplicaError) -> Int {
        try guarded { () throws(ReplicaError) in try client.read { sql in try dueGrants(ShareWatch(), sql).count } }
    }

    private func dueGrants(_ watch: ShareWatch, _ sql: SQL) throws -> [ShareQuery.Due] {
        var due: [ShareQuery.Due] = []
        for table in plan.tables {
            for cell in table.escrow where table.escrowTerms(ofCell: cell)?.hubSharePercent != nil {
                let query = ShareQuery(table, cell: cell, store: name)
                guard let rows = watch.rows else {
                    due += try query.due(sql)
                    continue
                }
                let keys = (rows[table.number] ?? []).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
                for key in keys { if let one = try query.due(of: try key.key(), sql) { due.append(one) } }
            }
        }
        return due
    }
}

/// Who holds how much of one escrow column, in rows of this store.
struct ShareQuery {
    struct Due {
        var plan: TablePlan
        var cell: Int
        var key: [Value]
        /// What the store grants the hub.
        var units: Int64
    }

    private let plan: TablePlan
    private let cell: Int
    private let select: String

    init(_ plan: TablePlan, cell: Int, store: NodeName) {
        self.plan = plan
        self.cell = cell
        let column = plan.cells[cell]
        let floor = plan.escrowTerms(ofCell: cell)?.floor ?? 0
        select = """
            SELECT t.\(column) - (\(floor)), coalesce(h.\(column), 0), coalesce(o.units, 0), \
            \(plan.shareCell(ofCell: cell).map { "t.\(plan.cells[$0])" } ?? "NULL"), \
            \(plan.key.map { "t.\($0)" }.joined(separator: ", "))
            FROM \(plan.name) t
            JOIN \(plan.internalTable("held")) h ON \(plan.keysMatch("h", "t"))
            LEFT JOIN \(plan.internalTable("others")) o ON \(plan.keysMatch("o", "t"))
              AND o."column" = \(SQLName.literal(plan.column(ofCell: cell).name))
              AND o.node = \(SQLName.literal(NodeName.hub.text))
            WHERE h.\(column) > 0 AND (\(Self.isOwn(plan, store)))
            """
    }

    /// All rows in which the hub lacks some of its part.
    func due(_ sql: SQL) throws(ReplicaError) -> [Due] {
        let row = try sql.statement("\(select) ORDER BY \(plan.key.map { "t.\($0)" }.joined(separator: ", "))")
        defer { row.reset() }
        var due: [Due] = []
        while try row.step() { if let one = self.due(row) { due.append(one) } }
        return due
    }

    func due(of key: [Value], _ sql: SQL) throws(ReplicaError) -> Due? {
        let isKey = plan.key.enumerated().map { "t.\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
        let row = try sql.statement("\(select) AND \(isKey)")
        row.bindKey(key)
        defer { row.reset() }
        return try row.step() ? due(row) : nil
    }

    /// Writes a grant as an application does.
    static func make(_ due: Due, _ sql: SQL) throws(ReplicaError) {
        let key = due.key.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        let statement = try sql.statement(
            """
            INSERT INTO linli_grant("table", "key", "column", "to", units)
            VALUES (\(SQLName.literal(due.plan.table.name)), json_array(\(key)),
              \(SQLName.literal(due.plan.column(ofCell: due.cell).name)), \(SQLName.literal(NodeName.hub.text)),
              ?\(due.key.count + 1))
            """
        )
        statement.bindKey(due.key)
        try statement.bind(due.key.count + 1, due.units).run()
    }

    private func due(_ row: Statement) -> Due? {
        guard let share = plan.share(ofCell: cell, named: row.value(3).integer) else { return nil }
        let units = share.storeGrants(total: row.integer(0), hub: row.integer(2), own: row.integer(1))
        return units > 0
            ? Due(plan: plan, cell: cell, key: row.values(from: 4, count: plan.key.count), units: units) : nil
    }

    /// Rows that this store alone shares with the hub: those that name it, and those whose parent does. A store does
    /// not see what other stores do with rows of a region or of all.
    private static func isOwn(_ plan: TablePlan, _ store: NodeName) -> String {
        let ways = plan.table.scopes.compactMap { scope -> String? in
            switch scope {
            case .store(let column):
                return "t.\(SQLName.quoted(plan.table.columns[column].name)) = \(SQLName.literal(store.text))"
            case .parent: return "1"
            case .network, .region, .hub: return nil
            }
        }
        return ways.isEmpty ? "0" : ways.joined(separator: " OR ")
    }
}
