/// One row, and what writes make of it: the rules of lives and cells, without I/O. The hub merges changesets with it,
/// and a store lays its own pending changesets on top of the hub's state with it.
///
/// Lives: a row's life number is raised by each delete and each insert; odd is alive, even is dead, 0 is never seen.
/// The greater life wins, equal lives merge cell by cell, a lesser one is lost to the delete. An update never creates
/// a row.
public struct RowMerge: Hashable, Sendable {
    /// 0 while no write of the row was seen.
    public var life: Int
    /// nil unless the row is alive.
    public var state: RowState?
    /// The feed position of the row's last delete; `start` when there was none.
    public var deletedAt: Position

    /// A row that nobody wrote.
    public init() {
        life = 0
        state = nil
        deletedAt = .start
    }

    public init(state: RowState, deletedAt: Position = .start) {
        life = state.life
        self.state = state
        self.deletedAt = deletedAt
    }

    /// A deleted row.
    public init(deadAt life: Int, deletedAt: Position) {
        self.life = life
        state = nil
        self.deletedAt = deletedAt
    }

    public struct Outcome: Hashable, Sendable {
        /// The row now is what the write made of it; otherwise its writer must be answered.
        public var isExact = true
        /// The row as a whole was not there to be written: deleted, or in a later life.
        public var isLostToDelete = false
        /// Value cells of this write whose value did not prevail, or that replaced another's value.
        public var contests: [Contest] = []
        /// Something of the row changed, its clocks included.
        public var didChange = false
        /// Value cells that would leave 64 bits; nothing of the write was done.
        public var overflow: Int?
    }

    /// Two different values met in one cell.
    public struct Contest: Hashable, Sendable {
        public var cell: Int
        public var winner: CellClock
        public var loser: CellClock
        public var kept: Value
        public var lost: Value
        /// What stood in the cell before.
        public var before: CellClock
    }

    /// Merges one write, made at the clock `at`. At the hub `base` is the position of the writer's base cursor: a write
    /// from past the row's last delete belongs to the row's present life, whatever life it names. At a store it is nil.
    public mutating func merge(_ write: Operation, base: Position?, at: CellClock, rules: [CellRule]) -> Outcome {
        let named = namedLife(of: write, base: base)
        switch write.kind {
        case .insert: return insert(write, life: named, at: at, rules: rules)
        case .delete: return delete(life: named, at: at)
        case .update: return update(write, life: named, at: at, rules: rules)
        case .grant: return Outcome()
        }
    }

    private func namedLife(of write: Operation, base: Position?) -> Int {
        guard let base, life > 0, base >= deletedAt, write.life < life else { return write.life }
        switch write.kind {
        case .insert: return state == nil ? life + 1 : life
        case .delete: return state == nil ? life : life + 1
        case .update, .grant: return life
        }
    }

    private mutating func insert(_ write: Operation, life named: Int, at: CellClock, rules: [CellRule]) -> Outcome {
        if named > life {
            if state != nil { deletedAt = at.position }
            var fresh = RowState(
                life: named,
                values: rules.map { $0 == .counter ? .integer(0) : .null },
                clocks: Array(repeating: CellClock.zero, count: rules.count)
            )
            var outcome = Outcome(didChange: true)
            guard cells(of: write, into: &fresh, at: at, rules: rules, outcome: &outcome) else { return outcome }
            for cell in rules.indices { fresh.clocks[cell] = at }
            outcome.contests = []
            outcome.isExact = true
            state = fresh
            life = named
            return outcome
        }
        guard named == life, var present = state else { return Outcome(isExact: false, isLostToDelete: true) }
        var outcome = Outcome()
        if cells(of: write, into: &present, at: at, rules: rules, outcome: &outcome) { state = present }
        // The writer began the row from nothing and shows only its own cells.
        outcome.isExact = false
        return outcome
    }

    private mutating func delete(life named: Int, at: CellClock) -> Outcome {
        guard named > life else { return Outcome(isExact: named == life && state == nil) }
        let wasAlive = state != nil
        state = nil
        life = named
        deletedAt = at.position
        return Outcome(isExact: wasAlive, didChange: true)
    }

    private mutating func update(_ write: Operation, life named: Int, at: CellClock, rules: [CellRule]) -> Outcome {
        guard named == life, var present = state else { return Outcome(isExact: false, isLostToDelete: true) }
        var outcome = Outcome()
        if cells(of: write, into: &present, at: at, rules: rules, outcome: &outcome) { state = present }
        return outcome
    }

    /// Merges the written cells; false, and nothing may be kept, when a counter would overflow.
    private func cells(
        of write: Operation,
        into row: inout RowState,
        at: CellClock,
        rules: [CellRule],
        outcome: inout Outcome
    ) -> Bool {
        var rest = write.mask
        for incoming in write.values {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            guard cell < rules.count else { continue }
            let (value, clock) = (row.values[cell], row.clocks[cell])
            guard let merged = rules[cell].merge(value, clock, with: incoming, at) else {
                outcome = Outcome(isExact: false, overflow: cell)
                return false
            }
            if !merged.tookIncoming { outcome.isExact = false }
            if merged.value != value || merged.clock != clock { outcome.didChange = true }
            if value != incoming, !value.isNull || clock.site != at.site, rules[cell].canContest(value, incoming) {
                outcome.contests.append(
                    Contest(
                        cell: cell,
                        winner: merged.tookIncoming ? at : clock,
                        loser: merged.tookIncoming ? clock : at,
                        kept: merged.value,
                        lost: merged.tookIncoming ? value : incoming,
                        before: clock
                    )
                )
            }
            row.values[cell] = merged.value
            row.clocks[cell] = merged.clock
        }
        return true
    }
}
