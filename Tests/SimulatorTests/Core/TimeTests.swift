import Testing

@testable import Simulator

/// Virtual time and chance: the ground under every repeated run.
@Suite struct TimeTests {
    @Test("Events of one moment happen in the order in which they were planned")
    func order() {
        let queue = EventQueue()
        var seen: [Int] = []
        for (number, delay) in [30, 10, 20, 10, 10].enumerated() {
            queue.plan(after: Int64(delay)) { seen.append(number) }
        }
        while queue.step(until: 100) {}
        #expect(seen == [1, 3, 4, 2, 0] && queue.now == 100)
    }

    @Test("An event beyond the end waits for the next stretch of time")
    func stretches() {
        let queue = EventQueue()
        var happened = 0
        queue.plan(after: 50) { happened += 1 }
        while queue.step(until: 49) {}
        #expect(happened == 0 && queue.now == 49)
        while queue.step(until: 50) {}
        #expect(happened == 1)
    }

    @Test("A thousand random plans come in order")
    func many() {
        let queue = EventQueue()
        var chance = Chance(seed: 1, stream: "many")
        var seen: [Int64] = []
        for _ in 0..<1_000 { queue.plan(after: chance.between(0...500)) { seen.append(queue.now) } }
        while queue.step(until: 1_000) {}
        #expect(seen.count == 1_000 && seen == seen.sorted())
    }

    @Test("Streams of one seed are different, and a draw in one shifts no other")
    func streams() {
        var one = Chance(seed: 9, stream: "one")
        var other = Chance(seed: 9, stream: "other")
        var again = Chance(seed: 9, stream: "other")
        #expect(one.next() != other.next())
        _ = again.next()
        #expect(other.next() == again.next())
        let draws = (0..<10_000).map { _ in one.between(3...5) }
        #expect(Set(draws) == [3, 4, 5])
    }

    @Test("A clock jumps, drifts and is set right")
    func clocks() {
        var clock = NodeClock()
        clock.jump(by: -5_000, at: 0)
        clock.drift(perMillion: 1_000, at: 1_000_000)
        #expect(clock.error(at: 2_000_000) == -4_000)
        clock.jump(by: -.max / 4, at: 2_000_000)
        #expect(clock.wall(at: 2_000_000) == 0, "no clock is before 1970")
        clock.correct()
        #expect(clock.error(at: 3_000_000) == 0)
    }
}
