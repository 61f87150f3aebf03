import ChangeLog
import NetworkSchema

/// Rows whose rights, or whose shares, may have moved since the store last looked whether the hub lacks its part of them.
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
            // A share that stands in the row moves with it.
            let isDue = table.plan.shareCells == 0 ? "moved" : "(moved OR differs)"
            try table.each(where: "\(isDue) AND life % 2 = 1", sql) { key, _ in
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
    var hasShare: Bool { escrow.contains { escrowTerms(ofCell: $0)?.hubSharePercent != nil } }

    /// The share of an escrow cell in a row; nil: its rights move by grants only.
    ///
    /// - Parameter named: what stands in the column that the schema names for it.
    func share(ofCell cell: Int, named: Int64?) -> Share? {
        guard let terms = escrowTerms(ofCell: cell), let percent = terms.hubSharePercent else { return nil }
        return Share(hubPercent: named ?? Int64(percent), step: terms.step)
    }

    /// The value cell in which an escrow cell's share stands; nil: it is the same in all rows.
    func shareCell(ofCell cell: Int) -> Int? {
        escrowTerms(ofCell: cell)?.hubShareColumn.flatMap { self.cell(ofColumn: $0) }
    }

    /// Value cells in which shares stand, as a mask.
    var shareCells: UInt64 {
        escrow.reduce(0) { mask, cell in mask | (shareCell(ofCell: cell).map { 1 << UInt64($0) } ?? 0) }
    }
}
