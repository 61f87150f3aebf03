import ChangeLog
import NetworkSchema

/// One table as the feed reads it: rows of a scope in the order of positions, or one row by its key.
final class FeedTable {
    /// A row, or its tombstone, and what decides whether a site needs it.
    struct Row {
        var entry: FeedRow
        var scope: Int64
        var by: Int64
        var foreignPosition: Int64

        /// A site's own write, after which nobody else changed the row: the site shows it already.
        func isEcho(of echo: FeedRequest.Echo) -> Bool {
            guard by == echo.site, foreignPosition <= echo.roundBegan, case .row = entry.content else { return false }
            return true
        }
    }

    let plan: TablePlan
    let inOrder: Statement
    let maySpread: Bool
    private let byKey: Statement
    private let ledgers: LedgerReader?
    /// Where the entry's columns, and where the values begin.
    private let metaFirst: Int
    private let valuesFirst: Int

    init(_ sql: SQL, plan: TablePlan, sources: ScopeSources) throws(ReplicaError) {
        self.plan = plan
        maySpread = sources.maySpread
        let keys = plan.key.indices.map { "m.k\($0)" }
        let columns =
            ["m.position"] + keys + RowStore.metaColumns.map { "m.\($0)" } + plan.cells.map { "t.\($0)" }
        metaFirst = 1 + keys.count
        valuesFirst = metaFirst + RowStore.metaColumns.count
        let join = zip(plan.key, keys).map { "t.\($0) = \($1)" }.joined(separator: " AND ")
        let row = plan.internalTable("row")
        let from = "SELECT \(columns.joined(separator: ", ")) FROM \(row) m"
        inOrder = try sql.statement(
            """
            \(from) INDEXED BY \(plan.internalTable("feed")) LEFT JOIN \(plan.name) t ON \(join)
            WHERE m.scope = ?1 AND m.position > ?2 AND m.position <= ?3 ORDER BY m.position
            """
        )
        let keyIs = keys.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: " AND ")
        byKey = try sql.statement("\(from) LEFT JOIN \(plan.name) t ON \(join) WHERE \(keyIs)")
        ledgers = plan.escrow.isEmpty ? nil : try LedgerReader(sql, plan: plan)
    }

    func open(_ request: FeedRequest) -> FeedTable {
        inOrder.bind(1, request.scope).bind(2, request.after).bind(3, request.upTo)
        return self
    }

    func find(_ key: [Value], _ siteIDs: [SiteID]) throws -> Row? {
        byKey.bindKey(key)
        guard try byKey.step() else { return nil }
        defer { byKey.reset() }
        return try row(byKey, siteIDs)
    }

    /// The present row of `inOrder` or `byKey`.
    func row(_ statement: Statement, _ siteIDs: [SiteID]) throws -> Row {
        let meta = try RowMeta(from: statement, at: metaFirst, table: plan)
        let key = statement.values(from: 1, count: plan.key.count)
        let content: FeedRow.Content
        if meta.isAlive {
            let values = statement.values(from: valuesFirst, count: plan.cells.count)
            let state = RowState(life: meta.life, values: values, clocks: clocks(of: meta, siteIDs))
            content = .row(state, ledger: try ledgers?.holdings(of: key) ?? [])
        } else {
            content = .gone(life: meta.life)
        }
        return Row(
            entry: FeedRow(position: Position(meta.position), table: plan.number, key: key, content: content),
            scope: meta.scope,
            by: meta.by,
            foreignPosition: meta.foreignPosition
        )
    }

    private func clocks(of meta: RowMeta, _ siteIDs: [SiteID]) -> [CellClock] {
        let shared = clock(meta.stamp, meta.site, siteIDs)
        var clocks = Array(repeating: shared, count: plan.cells.count)
        for one in meta.exceptions where one.cell < clocks.count {
            clocks[one.cell] = clock(one.stamp, one.site, siteIDs)
        }
        return clocks
    }

    private func clock(_ stamp: Int64, _ site: Int64, _ siteIDs: [SiteID]) -> CellClock {
        let id = siteIDs.indices.contains(Int(site)) ? siteIDs[Int(site)] : SiteID(0)
        return CellClock(stamp: Stamp(packed: stamp) ?? .zero, site: id)
    }
}

/// Who holds units of a row's escrow columns, as the feed carries it.
final class LedgerReader {
    private let plan: TablePlan
    private let names: [Value]
    private let held: Statement
    private let others: Statement

    init(_ sql: SQL, plan: TablePlan) throws(ReplicaError) {
        self.plan = plan
        names = plan.escrow.map { .text(plan.column(ofCell: $0).name) }
        let cells = plan.escrow.map { plan.cells[$0] }.joined(separator: ", ")
        let keyIs = plan.keyIsParameters()
        held = try sql.statement("SELECT \(cells) FROM \(plan.internalTable("held")) WHERE \(keyIs)")
        others = try sql.statement(
            "SELECT \"column\", node, units FROM \(plan.internalTable("others")) WHERE \(keyIs) AND units > 0"
        )
    }

    func holdings(of key: [Value]) throws(ReplicaError) -> [Holding] {
        var holdings: [Holding] = []
        held.bindKey(key)
        if try held.step() {
            for (place, cell) in plan.escrow.enumerated() where held.integer(place) > 0 {
                holdings.append(Holding(column: cell, holder: NodeName.hub.text, units: held.integer(place)))
            }
            held.reset()
        }
        others.bindKey(key)
        while try others.step() {
            guard let place = names.firstIndex(of: others.value(0)) else { continue }
            holdings.append(
                Holding(column: plan.escrow[place], holder: others.string(1), units: others.integer(2))
            )
        }
        return holdings
    }
}
