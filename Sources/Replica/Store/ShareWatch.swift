import ChangeLog
import NetworkSchema

/// Rows whose rights may have moved since the store last looked whether the hub lacks its part of them.
struct ShareWatch {
    /// nil: all rows are to be looked at.
    private(set) var rows: [Int: Set<KeyBytes>]?

    /// Nothing is known: at the start, and after a failure.
    init() { rows = nil }

    static let nothing: ShareWatch = {
        var watch = ShareWatch()
        watch.rows = [:]
        return watch
    }()

    var isEmpty: Bool { rows?.isEmpty ?? false }

    mutating func note(_ write: Operation, _ plan: TablePlan) {
        guard plan.hasShare, rows != nil else { return }
        note(RowKey(table: write.table, key: write.key))
    }

    mutating func note(_ rounds: RoundTables, _ sql: SQL) throws {
        guard rows != nil else { return }
        for table in rounds.tables where table.plan.hasShare {
            try table.each(where: "moved AND life % 2 = 1", sql) { key, _ in
                note(RowKey(table: table.plan.number, key: key))
            }
        }
    }

    private mutating func note(_ row: RowKey) {
        rows?[row.table, default: []].insert(row.key)
        if let rows, rows.values.reduce(0, { $0 + $1.count }) > StoreLimits.shareWatchRowsMax { self.rows = nil }
    }
}

extension TablePlan {
    /// Rights of some column move by share.
    var hasShare: Bool { escrow.contains { share(ofCell: $0) != nil } }

    func share(ofCell cell: Int) -> Share? {
        guard let terms = escrowTerms(ofCell: cell), let percent = terms.hubSharePercent else { return nil }
        return Share(hubPercent: percent, step: terms.step)
    }
}
