import SessionWork
import SyncSession
import Testing

@Suite("The wait before the next dial")
struct BackoffTests {
    @Test("grows twofold with each failure up to the ceiling, and is never below the floor")
    func range() {
        var backoff = Backoff(floorMilliseconds: 250, ceilingMilliseconds: 30_000)
        let most: [Int64] = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]
        for greatest in most { #expect(backoff.failed() == 250...greatest) }
    }

    @Test("never overflows, and begins anew after a success")
    func longOutage() {
        var backoff = Backoff(floorMilliseconds: 1, ceilingMilliseconds: .max)
        for _ in 0..<10_000 { #expect(backoff.failed().lowerBound == 1) }
        #expect(backoff.failures == 10_000 && backoff.failed() == 1...Int64.max)
        backoff.succeeded()
        #expect(backoff.failed() == 1...2)
    }

    @Test(
        "is short for a store that may be thawed any moment, and long where a person has to do something at the store"
    )
    func sequels() {
        func wait(_ code: Bye.Code) -> Int64 {
            Backoff.wait(usual: 300, after: SessionError.peerEnded(Bye(code, "because")).sequel, thaw: 7_000)
        }
        #expect(wait(.frozen) == 7_000 && Backoff.thawMilliseconds.upperBound <= 10_000)
        for code in [Bye.Code.shutdown, .unavailable] { #expect(wait(code) == 300) }
        for code in [Bye.Code.retired, .version, .superseded, .protocolError] { #expect(wait(code) == 60_000) }
        #expect(Backoff.wait(usual: 300, after: nil, thaw: 7_000) == 300)
    }

    @Test("is spread out for a thousand stores that lost the hub at one instant")
    func spread() {
        var slots: [Int64: Int] = [:]
        for _ in 0..<1_000 {
            var backoff = Backoff()
            for _ in 0..<7 { _ = backoff.failed() }
            slots[Int64.random(in: backoff.failed()) / 1_000, default: 0] += 1
        }
        // 30 slots of a second: some 33 stores each; 80 in one is eight deviations away.
        #expect((slots.values.max() ?? 0) < 80)
    }
}
