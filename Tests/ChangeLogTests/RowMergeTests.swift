import Testing

@testable import ChangeLog

/// The rules of the row under test, one cell each.
private let rules: [CellRule] = [.last, .first, .max, .min, .counter]

/// A changeset of one site on the one row: its operations hold together.
private typealias Turn = [Write]

private struct Write {
    var operation: Operation
    var site: SiteID
    /// The place in its site's order.
    var ordinal: Int
}

/// What the rules say of a set of writes, whatever their order: the greatest life stands, and in it each cell is a
/// plain function of all that was written to it.
private func oracle(_ writes: [Write]) -> (life: Int, values: [Value]?) {
    let life = writes.filter { $0.operation.kind != .update }.map(\.operation.life).max() ?? 0
    guard life % 2 == 1 else { return (life, nil) }
    let living = writes.filter { $0.operation.life == life }
    let values = rules.indices.map { cell -> Value in
        let written = living.compactMap { write in write.operation.value(cell).map { (value: $0, write: write) } }
            .sorted {
                ($0.write.operation.stamp, $0.write.site, $0.write.ordinal)
                    < ($1.write.operation.stamp, $1.write.site, $1.write.ordinal)
            }
        let numbers = written.compactMap(\.value.integer)
        switch rules[cell] {
        case .last: return written.last?.value ?? .null
        case .first: return written.first { !$0.value.isNull }?.value ?? .null
        case .max: return numbers.max().map(Value.integer) ?? .null
        case .min: return numbers.min().map(Value.integer) ?? .null
        case .counter: return .integer(numbers.reduce(0, +))
        }
    }
    return (life, values)
}

private func merge(_ writes: [Write]) -> RowMerge {
    var row = RowMerge()
    for (index, write) in writes.enumerated() {
        let at = CellClock(stamp: write.operation.stamp, site: write.site, position: Position(Int64(index + 1)))
        _ = row.merge(write.operation, base: nil, at: at, rules: rules)
    }
    return row
}

/// All ways to shuffle the sites' turns into one order that keeps each site's own.
private func interleavings(_ queues: [[Turn]]) -> [[Write]] {
    guard queues.contains(where: { !$0.isEmpty }) else { return [[]] }
    var orders: [[Write]] = []
    for index in queues.indices {
        guard let turn = queues[index].first else { continue }
        var rest = queues
        rest[index].removeFirst()
        orders += interleavings(rest).map { turn + $0 }
    }
    return orders
}

extension Luck {
    /// What one site does to the row, having seen it in `life`.
    fileprivate mutating func turns(site: UInt64, life seen: Int, count: Int) -> [Turn] {
        var life = seen
        var stamp = Int64(number(1...3))
        var ordinal = 0
        func write(_ kind: Operation.Kind, mask: UInt64, values: [Value]) -> Write {
            defer { ordinal += 1 }
            let operation = Operation(
                kind,
                table: 0,
                key: [.integer(1)],
                life: life,
                stamp: Stamp(milliseconds: stamp),
                mask: mask,
                values: values
            )
            return Write(operation: operation, site: SiteID(site), ordinal: ordinal)
        }
        return (0..<count).map { _ in
            stamp += Int64(number(0...2))
            if life % 2 == 0 {
                life += 1
                let all = cells(mask: (1 << UInt64(rules.count)) - 1)
                guard once(in: 2) else { return [write(.insert, mask: 31, values: all)] }
                // Folded: the cells that got their value later come in an update of the same changeset.
                let (early, late) = ([all[0], all[2], all[4]], [all[1], all[3]])
                let insert = write(.insert, mask: 0b10101, values: early)
                stamp += 1
                return [insert, write(.update, mask: 0b01010, values: late)]
            }
            if once(in: 4) {
                life += 1
                return [write(.delete, mask: 0, values: [])]
            }
            let mask = UInt64(number(1...31))
            return [write(.update, mask: mask, values: cells(mask: mask))]
        }
    }

    private mutating func cells(mask: UInt64) -> [Value] {
        rules.indices.filter { mask >> UInt64($0) & 1 == 1 }.map { cell in
            rules[cell] != .counter && once(in: 4) ? .null : .integer(Int64(number(-9...9)))
        }
    }
}

@Suite("The merge of one row")
struct RowMergeTests {
    @Test("three sites' writes give one state in every order of arrival, the oracle's", arguments: UInt64(1)...150)
    func convergence(seed: UInt64) {
        var luck = Luck(seed: seed)
        // A row that all saw, in its first life or its second; or that nobody saw.
        let seen = luck.number(0...3)
        let history = seen == 0 ? [] : luck.turns(site: 9, life: 0, count: 1).flatMap { $0 }
        var past = history
        for life in [2, 3] where life <= seen {
            let operation = Operation(
                life == 2 ? .delete : .insert,
                table: 0,
                key: [.integer(1)],
                life: life,
                stamp: Stamp(milliseconds: 2),
                mask: life == 2 ? 0 : 31,
                values: life == 2 ? [] : Array(repeating: .integer(4), count: 5)
            )
            past.append(Write(operation: operation, site: SiteID(9), ordinal: 10 + life))
        }
        let queues = (1...3).map { luck.turns(site: UInt64($0), life: seen, count: luck.number(0...2)) }
        let expected = oracle(past + queues.flatMap { $0.flatMap { $0 } })
        for order in interleavings(queues) {
            let row = merge(past + order)
            #expect(row.life == expected.life)
            #expect(row.state?.values == expected.values)
            #expect((row.state == nil) == (row.life % 2 == 0))
        }
    }

    @Test("a write is exact only if the row now shows what its writer sees", arguments: UInt64(1)...100)
    func exactness(seed: UInt64) {
        var luck = Luck(seed: seed)
        let queues = (1...3).map { luck.turns(site: UInt64($0), life: 0, count: 2) }
        for order in interleavings(queues).prefix(40) {
            var row = RowMerge()
            for write in order {
                let before = row
                let at = CellClock(stamp: write.operation.stamp, site: write.site, position: Position(1))
                let outcome = row.merge(write.operation, base: nil, at: at, rules: rules)
                if !outcome.didChange {
                    #expect(row.state == before.state)
                    #expect(row.life == before.life)
                }
                guard outcome.isExact, write.operation.kind != .delete else { continue }
                #expect(row.life == write.operation.life)
                for cell in rules.indices where rules[cell] != .counter {
                    guard let written = write.operation.value(cell) else { continue }
                    #expect(row.state?.values[cell] == written || (written.isNull && rules[cell] != .last))
                }
            }
        }
    }

    @Test("an update never makes a row, and an update lost to a delete is told")
    func updates() {
        var row = RowMerge()
        let lost = row.merge(
            .update(life: 1, [.integer(5)]),
            base: nil,
            at: CellClock(stamp: .zero, site: SiteID(1)),
            rules: [.last]
        )
        #expect(row == RowMerge())
        #expect(lost == RowMerge.Outcome(isExact: false, isLostToDelete: true))
    }

    @Test("a write from past the row's last delete belongs to its present life")
    func bases() {
        let at = CellClock(stamp: Stamp(milliseconds: 9), site: SiteID(1), position: Position(20))
        // The tombstone is gone at the store, which begins at life 1 again.
        var dead = RowMerge(deadAt: 4, deletedAt: Position(10))
        #expect(!dead.merge(.insert(life: 1, [.integer(1)]), base: Position(9), at: at, rules: [.last]).isExact)
        #expect(dead.life == 4)
        #expect(dead.merge(.insert(life: 1, [.integer(1)]), base: Position(10), at: at, rules: [.last]).isExact)
        #expect(dead.life == 5)
        #expect(dead.state?.values == [.integer(1)])

        #expect(dead.merge(.update(life: 1, [.integer(2)]), base: Position(10), at: at, rules: [.last]).isExact)
        #expect(dead.state?.values == [.integer(2)])
        let stale = dead.merge(.update(life: 1, [.integer(3)]), base: Position(9), at: at, rules: [.last])
        #expect(stale.isLostToDelete)
        #expect(dead.state?.values == [.integer(2)])

        #expect(!dead.merge(.delete(life: 2), base: Position(9), at: at, rules: [.last]).didChange)
        #expect(dead.merge(.delete(life: 2), base: Position(10), at: at, rules: [.last]).isExact)
        #expect(dead == RowMerge(deadAt: 6, deletedAt: Position(20)))
        // Deleted twice: the second delete asks for what is so already.
        let again = dead.merge(.delete(life: 6), base: nil, at: at, rules: [.last])
        #expect(again.isExact && !again.didChange)
    }

    @Test("an insert into a later life over a living row ends that life there")
    func replaced() {
        let at = CellClock(stamp: Stamp(milliseconds: 9), site: SiteID(1), position: Position(20))
        var row = RowMerge(
            state: RowState(life: 1, values: [.integer(7)], clocks: [.zero]),
            deletedAt: Position(3)
        )
        _ = row.merge(.insert(life: 3, [.integer(8)]), base: nil, at: at, rules: [.counter])
        #expect(row.deletedAt == Position(20))
        #expect(row.life == 3)
        #expect(row.state?.values == [.integer(8)])
    }

    @Test("a counter that would leave 64 bits leaves the whole row as it was")
    func overflow() {
        let at = CellClock(stamp: Stamp(milliseconds: 9), site: SiteID(1), position: Position(20))
        let before = RowMerge(
            state: RowState(life: 1, values: [.integer(1), .integer(.max)], clocks: [.zero, .zero])
        )
        for write in [
            Operation.update(life: 1, [.integer(5), .integer(1)]), .insert(life: 1, [.integer(5), .integer(1)]),
        ] {
            var row = before
            let outcome = row.merge(write, base: nil, at: at, rules: [.last, .counter])
            #expect(outcome.overflow == 1)
            #expect(!outcome.isExact)
            #expect(!outcome.didChange)
            #expect(row == before)
        }
    }

    @Test("two different values of two sites contest a cell, with the one that is kept")
    func contests() throws {
        let (old, new) = (
            CellClock(stamp: Stamp(milliseconds: 1), site: SiteID(1), position: Position(1)),
            CellClock(stamp: Stamp(milliseconds: 2), site: SiteID(2), position: Position(2))
        )
        func contests(_ rule: CellRule, _ present: Value, _ then: CellClock, _ incoming: Value, _ now: CellClock)
            -> [RowMerge.Contest]
        {
            var row = RowMerge(state: RowState(life: 1, values: [present], clocks: [then]))
            return row.merge(.update(life: 1, [incoming]), base: nil, at: now, rules: [rule]).contests
        }
        let won = try #require(contests(.last, .integer(1), old, .integer(2), new).first)
        #expect(won == .init(cell: 0, winner: new, loser: old, kept: .integer(2), lost: .integer(1), before: old))
        let lost = try #require(contests(.last, .integer(1), new, .integer(2), old).first)
        #expect(lost == .init(cell: 0, winner: new, loser: old, kept: .integer(1), lost: .integer(2), before: new))
        #expect(contests(.first, .integer(1), old, .integer(2), new).first?.kept == .integer(1))
        #expect(contests(.last, .integer(1), old, .integer(1), new).isEmpty)
        #expect(contests(.first, .integer(1), old, .null, new).isEmpty, "NULL is no value for `first`")
        #expect(contests(.first, .null, old, .integer(1), new).isEmpty, "NULL is no value for `first`")
        for rule in [CellRule.max, .min, .counter] {
            #expect(contests(rule, .integer(1), old, .integer(2), new).isEmpty)
        }
    }
}

extension Operation {
    fileprivate static func update(life: Int, _ values: [Value]) -> Operation {
        Operation(
            .update,
            table: 0,
            key: [.integer(1)],
            life: life,
            stamp: .zero,
            mask: (1 << UInt64(values.count)) - 1,
            values: values
        )
    }

    fileprivate static func insert(life: Int, _ values: [Value]) -> Operation {
        var write = update(life: life, values)
        write.kind = .insert
        return write
    }

    fileprivate static func delete(life: Int) -> Operation {
        Operation(.delete, table: 0, key: [.integer(1)], life: life, stamp: .zero)
    }
}
