import SplitMix
import Testing

@testable import ChangeLog

@Suite("Marks of captured writes") struct CaptureMarkTests {
    @Test("grow with the millisecond, and have 20 bits of the content")
    func timely() {
        let now: Int64 = 1_767_225_600_000
        let marks = [(now, UInt64(1)), (now, 2), (now, 0xf_ffff), (now + 1, 0)].map {
            CaptureMark(milliseconds: $0, salt: $1).raw
        }
        #expect(marks == marks.sorted() && Set(marks).count == 4)
        #expect(CaptureMark(milliseconds: now, salt: 1 << 20 | 7) == CaptureMark(milliseconds: now, salt: 7))
    }

    /// A store sold by a clock that stood at 1970, first as one site and then as another: with 20 bits some of the new
    /// sales had the marks of old ones, and the hub took them for those.
    @Test(
        "tell writes apart by their content where the clock stands",
        arguments: [Int64.min, -1, 0, 1, 1_735_689_599_999]
    )
    func standing(milliseconds: Int64) {
        var luck = SplitMix64(seed: 6)
        let contents = Set((0..<20_000).map { _ in luck.next() })
        let marks = Set(contents.map { CaptureMark(milliseconds: milliseconds, salt: $0) })
        #expect(marks.count == contents.count)
        let first = CaptureMark(milliseconds: 1_735_689_600_000, salt: 0)
        #expect(marks.allSatisfy { $0.raw > 0 && $0.raw < first.raw })
    }

    @Test("are the same for the same write")
    func same() {
        for milliseconds in [Int64(0), 1_767_225_600_000] {
            #expect(
                CaptureMark(milliseconds: milliseconds, salt: 5) == CaptureMark(milliseconds: milliseconds, salt: 5)
            )
        }
    }
}
