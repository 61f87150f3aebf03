import ChangeLog
import Testing

@Suite("Rules of cells")
struct CellRuleTests {
    private func clock(_ stamp: Int64, _ site: UInt64) -> CellClock {
        CellClock(stamp: Stamp(milliseconds: stamp), site: SiteID(site))
    }

    private func merged(_ rule: CellRule, _ writes: [(Value, CellClock)]) -> Value? {
        var current: Value = rule == .counter ? .integer(0) : .null
        var at = CellClock.zero
        for (value, clock) in writes {
            guard let merged = rule.merge(current, at, with: value, clock) else { return nil }
            (current, at) = (merged.value, merged.clock)
        }
        return current
    }

    @Test("`last` keeps the greatest stamp, ties going to the greater site, and NULL is a value")
    func last() {
        let (a, b, c) = ((Value.text("a"), clock(1, 9)), (Value.null, clock(2, 1)), (Value.text("c"), clock(2, 2)))
        #expect(merged(.last, [a, b]) == Value.null)
        for order in [[a, b, c], [c, b, a], [b, c, a], [c, a, b]] { #expect(merged(.last, order) == .text("c")) }
        #expect(merged(.last, [(.integer(1), clock(5, 5)), (.integer(2), clock(5, 5))]) == .integer(2))
    }

    @Test("`first` keeps the smallest stamp, and NULL is no value")
    func first() {
        let (early, late, null) = (
            (Value.integer(1), clock(1, 2)), (Value.integer(2), clock(1, 3)), (Value.null, clock(0, 1))
        )
        for order in [[early, late, null], [null, late, early], [late, null, early], [late, early, null]] {
            #expect(merged(.first, order) == .integer(1))
        }
    }

    @Test("`max` and `min` keep the extreme, and NULL is no value")
    func extremes() {
        let writes = [(Value.integer(3), clock(1, 1)), (.null, clock(9, 9)), (.integer(-7), clock(2, 2))]
        for order in [writes, writes.reversed()] {
            #expect(merged(.max, order) == .integer(3))
            #expect(merged(.min, order) == .integer(-7))
        }
        #expect(merged(.max, [(.null, clock(1, 1))]) == .null)
    }

    @Test("`counter` adds, and refuses what leaves 64 bits")
    func counter() {
        #expect(
            merged(.counter, [(.integer(5), clock(1, 1)), (.integer(-7), clock(0, 2)), (.null, clock(3, 3))])
                == .integer(-2)
        )
        #expect(merged(.counter, [(.integer(.max), clock(1, 1)), (.integer(1), clock(2, 1))]) == nil)
        #expect(merged(.counter, [(.integer(.min), clock(1, 1)), (.integer(-1), clock(2, 1))]) == nil)
        #expect(merged(.counter, [(.integer(.min), clock(1, 1)), (.integer(.max), clock(2, 1))]) == .integer(-1))
    }

    @Test("a merge says whether the incoming write was taken as it was")
    func taken() {
        let (old, new) = (clock(1, 1), clock(2, 2))
        #expect(CellRule.last.merge(.integer(1), new, with: .integer(2), old)?.tookIncoming == false)
        #expect(CellRule.last.merge(.integer(1), old, with: .integer(2), new)?.tookIncoming == true)
        #expect(CellRule.first.merge(.integer(1), old, with: .integer(2), new)?.tookIncoming == false)
        #expect(CellRule.first.merge(.integer(1), old, with: .null, new)?.tookIncoming == false)
        #expect(CellRule.first.merge(.null, old, with: .null, new)?.tookIncoming == true)
        #expect(CellRule.max.merge(.integer(1), old, with: .integer(0), new)?.tookIncoming == false)
        #expect(CellRule.min.merge(.integer(1), old, with: .integer(1), new)?.tookIncoming == true)
        #expect(CellRule.max.merge(.integer(1), old, with: .null, new)?.tookIncoming == false)
    }

    @Test("no rule traps on values of another type", arguments: [CellRule.last, .first, .max, .min, .counter])
    func types(rule: CellRule) {
        let values: [Value] = [.null, .integer(.min), .integer(.max), .text("a"), .blob([0])]
        for current in values {
            for incoming in values { _ = rule.merge(current, clock(1, 1), with: incoming, clock(2, 2)) }
        }
    }
}
