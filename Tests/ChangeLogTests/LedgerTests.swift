import ChangeLog
import Testing

@Suite("The ledger of rights")
struct LedgerTests {
    @Test("units are conserved, and nobody has less than nothing, whatever is asked", arguments: UInt64(1)...60)
    func conservation(seed: UInt64) {
        var luck = Luck(seed: seed)
        let holders = ["hub", "nanjing-3", "nanjing-3#00000000000000ff", "a", "z"]
        var ledger = Ledger()
        var books: [String: Int64] = [:]
        var column: Int64 = 0
        for _ in 0..<300 {
            let (one, other) = (luck.pick(holders), luck.pick(holders))
            let units = luck.once(in: 10) ? luck.pick([0, 1, .max]) : Int64(luck.number(0...50))
            switch luck.number(0...2) {
            case 0:
                let fits = !column.addingReportingOverflow(units).overflow
                #expect(ledger.mint(units, by: one) == fits)
                if fits {
                    books[one, default: 0] += units
                    column += units
                }
            case 1:
                let taken = ledger.spend(units, from: [one, other])
                let first = min(units, books[one, default: 0])
                books[one, default: 0] -= first
                let second = min(units - first, books[other, default: 0])
                books[other, default: 0] -= second
                #expect(taken == first + second)
                column -= taken
            default:
                let passed = ledger.grant(units, from: one, to: other)
                #expect(passed == min(units, books[one, default: 0]))
                books[one, default: 0] -= passed
                books[other, default: 0] += passed
            }
            #expect(ledger.total == column)
            for holder in holders { #expect(ledger.units(of: holder) == books[holder, default: 0]) }
            #expect(ledger.holdings.allSatisfy { $0.units > 0 })
            #expect(ledger.holdings.map(\.holder) == books.filter { $0.value > 0 }.keys.sorted())
            #expect(Ledger(ledger.holdings.shuffled(using: &luck)) == ledger)
        }
    }

    @Test("what is asked for the wrong way round moves nothing")
    func negative() {
        var ledger = Ledger()
        let isMinted = ledger.mint(10, by: "hub")
        #expect(isMinted)
        #expect(ledger.grant(-5, from: "hub", to: "a") == 0)
        #expect(ledger.grant(3, from: "hub", to: "hub") == 3)
        #expect(ledger.grant(3, from: "nobody", to: "hub") == 0)
        #expect(ledger.spend(-5, from: ["hub"]) == 0)
        #expect(ledger.spend(5, from: []) == 0)
        #expect(ledger.units(of: "hub") == 10)
    }

    @Test("a stored ledger that breaks the law is not read")
    func stored() {
        #expect(Ledger([("a", 1), ("b", 0), ("hub", 2)])?.holdings.count == 2)
        #expect(Ledger([("a", 1), ("a", 2)]) == nil)
        #expect(Ledger([("a", -1)]) == nil)
        #expect(Ledger([("a", .max), ("b", 1)]) == nil)
        #expect(Ledger([("b", 1), ("a", .max - 1)])?.total == .max)
    }
}

@Suite("Shares of rights")
struct ShareTests {
    @Test(
        "each side grants what the other lacks, in whole steps of what it holds, and then it is quiet",
        arguments: UInt64(1)...50
    )
    func settles(seed: UInt64) {
        var luck = Luck(seed: seed)
        for _ in 0..<100 {
            let share = Share(hubPercent: Int64(luck.number(-10...110)), step: luck.pick([0, 1, 7, 500, 1000]))
            let bound = luck.pick([3, 100, 10_000, Int.max / 4])
            var (hub, store, others) = (
                Int64(luck.number(0...bound)), Int64(luck.number(0...bound)), Int64(luck.number(0...bound / 4))
            )
            if luck.once(in: 2) { others = 0 }
            let total = hub + store + others
            let part = share.hubPart(of: total)
            #expect((0...total).contains(part))
            #expect(part % share.step == 0)
            let exact = total.multipliedFullWidth(by: share.hubPercent)
            #expect(part == Int64(100 * share.step).dividingFullWidth(exact).quotient * share.step)

            var rounds = 0
            while true {
                let up = share.storeGrants(total: total, hub: hub, own: store)
                #expect((0...store).contains(up))
                #expect(up % share.step == 0)
                (hub, store) = (hub + up, store - up)
                let down = share.hubGrants(total: total, hub: hub, store: store)
                #expect((0...hub).contains(down))
                #expect(down % share.step == 0)
                #expect(up == 0 || down == 0, "what one gives the other gives back")
                (hub, store) = (hub - down, store + down)
                if up == 0, down == 0 { break }
                rounds += 1
                #expect(rounds <= 1, "one round settles it")
                if rounds > 5 { break }
            }
            if others == 0 {
                // What remains is less than a step short, or the store still has half of its part.
                #expect(hub > part - share.step || store < share.step)
                let storePart = total - part
                let isShort = store < storePart - storePart / 2
                #expect(!isShort || storePart - store < share.step || hub - part < share.step)
            }
        }
    }

    @Test("thirty per cent in whole cases")
    func example() {
        let share = Share(hubPercent: 30, step: 12)
        #expect(share.hubPart(of: 100) == 24)
        #expect(share.storeGrants(total: 100, hub: 0, own: 100) == 24)
        #expect(share.storeGrants(total: 100, hub: 13, own: 87) == 0)
        #expect(share.hubGrants(total: 100, hub: 100, store: 0) == 72)
        #expect(share.hubGrants(total: 100, hub: 62, store: 38) == 0, "half of its part is enough")
        #expect(share.hubGrants(total: 100, hub: 63, store: 37) == 36)
        #expect(share.hubPart(of: .max) > 0)
        #expect(Share(hubPercent: 60, step: 60).hubPart(of: 100) == 60, "a whole step, though the total is not")
    }
}
