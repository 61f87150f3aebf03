import ChangeLog

/// A second implementation of the rules of one row, as plain as can be, to hold the replica against. Nothing of the
/// product's merging is used here.
struct ModelRow: Equatable {
    enum Rule { case last, first, max, min, sum, escrow }

    struct Cell: Equatable {
        var value: Value = .null
        var stamp: Int64 = -1
        var site: UInt64 = 0
    }

    var rules: [Rule]
    var life = 0
    var isAlive = false
    var cells: [Cell] = []
    /// By holder, of the escrow cell, if there is one.
    var ledger: [String: Int64] = [:]
    /// For the hub.
    var deletedAt: Int64 = 0

    init(_ rules: [Rule]) { self.rules = rules }

    var values: [Value] { cells.map(\.value) }
    var escrow: Int? { rules.firstIndex(of: .escrow) }

    /// What a write did.
    struct Outcome {
        /// The row is now just what the write made of it.
        var isExact = false
        var didChange = false
    }

    /// Merges one write of `site`, whose store holds rights as `holder`. `base`: at the hub, where the writer stood in
    /// the feed.
    mutating func merge(_ write: Operation, site: UInt64, holder: String, base: Int64?, at: Int64 = 0) -> Outcome {
        if case .grant(_, let to, let units) = write.kind {
            let passed = Swift.min(units, ledger[holder] ?? 0)
            guard isAlive, passed > 0 else { return Outcome() }
            give(holder, -passed)
            give(to.text, passed)
            return Outcome(isExact: true, didChange: true)
        }
        var named = write.life
        if let base, life > 0, base >= deletedAt, named < life {
            named = life + (write.kind == .insert && !isAlive ? 1 : write.kind == .delete && isAlive ? 1 : 0)
        }
        switch write.kind {
        case .delete:
            guard named > life else { return Outcome(isExact: named == life && !isAlive) }
            let was = isAlive
            (isAlive, life, cells, ledger, deletedAt) = (false, named, [], [:], at)
            return Outcome(isExact: was, didChange: true)
        case .insert where named > life:
            if isAlive { deletedAt = at }
            (isAlive, life, ledger) = (true, named, [:])
            cells = rules.map { $0 == .sum || $0 == .escrow ? Cell(value: .integer(0)) : Cell() }
            for (cell, value) in written(write) { put(value, in: cell, write.stamp.packed, site, holder) }
            return Outcome(isExact: true, didChange: true)
        case .insert, .update:
            guard isAlive, named == life else { return Outcome() }
            let before = self
            var isExact = write.kind == .update
            for (cell, value) in written(write) where !put(value, in: cell, write.stamp.packed, site, holder) {
                isExact = false
            }
            return Outcome(isExact: isExact, didChange: self != before)
        case .grant: return Outcome()
        }
    }

    private func written(_ write: Operation) -> [(Int, Value)] {
        rules.indices.compactMap { cell in write.value(cell).map { (cell, $0) } }
    }

    /// False when the cell does not hold what was written.
    @discardableResult
    private mutating func put(
        _ value: Value,
        in cell: Int,
        _ stamp: Int64,
        _ site: UInt64,
        _ holder: String
    ) -> Bool {
        let old = cells[cell]
        let new = Cell(value: value, stamp: stamp, site: site)
        switch rules[cell] {
        case .last:
            if (stamp, site) >= (old.stamp, old.site) { cells[cell] = new }
        case .first:
            if value.isNull { return old.value.isNull }
            if old.value.isNull || (stamp, site) < (old.stamp, old.site) { cells[cell] = new }
        case .max, .min:
            guard let mine = value.integer else { return old.value.isNull }
            let theirs = old.value.integer
            if theirs.map({ rules[cell] == .max ? mine >= $0 : mine <= $0 }) ?? true { cells[cell] = new }
            return cells[cell].value == value
        case .sum:
            cells[cell].value = .integer((old.value.integer ?? 0) + (value.integer ?? 0))
            return true
        case .escrow:
            let delta = value.integer ?? 0
            if delta >= 0 {
                give(holder, delta)
                cells[cell].value = .integer((old.value.integer ?? 0) + delta)
                return true
            }
            var missing = -delta
            let fenced = ledger.keys.filter { $0.hasPrefix(holder + "#") }.sorted()
            for payer in [holder] + fenced + ["hub"] {
                let taken = Swift.min(missing, ledger[payer] ?? 0)
                give(payer, -taken)
                missing -= taken
            }
            cells[cell].value = .integer((old.value.integer ?? 0) + delta + missing)
            return missing == 0
        }
        return cells[cell] == new
    }

    mutating func give(_ holder: String, _ units: Int64) {
        let left = (ledger[holder] ?? 0) + units
        ledger[holder] = left == 0 ? nil : left
    }
}
