import ChangeLog
import NetworkSchema

/// Reads the chunks of a round into its TEMP tables.
struct RoundFill {
    let rounds: RoundTables
    let sql: SQL
    /// Entries read so far.
    private(set) var entries = 0

    init(_ rounds: RoundTables, _ sql: SQL) {
        self.rounds = rounds
        self.sql = sql
    }

    /// Takes all entries of one chunk.
    mutating func take(_ chunk: [UInt8]) throws {
        var reader = ChunkReader(chunk)
        while let entry = try next(&reader) {
            entries += 1
            if case .note(let note) = entry.content {
                // Kept with the chunk; it says nothing here.
                if note.kind == .ownDelta { continue }
                guard RoundNotes.isWellFormed(note) else { throw Self.refused("a note that is no line of its table") }
                try RoundNotes.take(note, sql)
                continue
            }
            guard rounds.tables.indices.contains(entry.table) else {
                throw Self.refused("table \(entry.table), which this schema version does not have")
            }
            try take(entry, into: rounds.tables[entry.table], shape: reader.shape)
        }
    }

    private func take(_ entry: FeedRow, into table: RoundTable, shape: TableShape?) throws {
        let plan = table.plan
        guard let shape, shape.key == plan.shape.key, plan.shape.values.starts(with: shape.values) else {
            throw Self.refused("table \(plan.table.name) in a shape that this schema version does not give it")
        }
        switch entry.content {
        case .row(let state, let ledger):
            guard let row = OverlaidRow(state.withDefaults(of: plan), ledger: ledger, plan: plan) else {
                throw Self.refused("rights below zero in table \(plan.table.name)")
            }
            try table.offer(row, at: entry.key, position: entry.position, rank: .row, sql)
        case .gone(let life):
            guard life % 2 == 0 else { throw Self.refused("a tombstone of a live row") }
            try table.offer(
                OverlaidRow(deadAt: life, plan: plan),
                at: entry.key,
                position: entry.position,
                rank: .gone,
                sql
            )
        case .evicted:
            try table.offer(
                OverlaidRow(deadAt: 0, plan: plan),
                at: entry.key,
                position: entry.position,
                rank: .absent,
                sql
            )
        case .note: break
        }
    }

    private func next(_ reader: inout ChunkReader) throws(ReplicaError) -> FeedRow? {
        do {
            return try reader.next()
        } catch {
            throw Self.refused("\(error)")
        }
    }

    private static func refused(_ what: String) -> ReplicaError { .refusedFeed(what) }
}

extension RowState {
    /// A row sent under an older schema version, with the defaults of the columns that were added since.
    fileprivate func withDefaults(of plan: TablePlan) -> RowState {
        guard values.count < plan.shape.values.count else { return self }
        var filled = self
        for cell in values.count..<plan.shape.values.count {
            filled.values.append(plan.defaultValue(ofCell: cell))
            filled.clocks.append(.zero)
        }
        return filled
    }
}
