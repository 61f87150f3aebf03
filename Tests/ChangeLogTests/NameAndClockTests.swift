import ChangeLog
import Testing

@Suite("Names, stamps and clocks")
struct NameAndClockTests {
    @Test("a node's name may stand anywhere as it is", arguments: ["hub", "a", "0", "nanjing-3", "a.b_c-", "9.."])
    func names(text: String) {
        #expect(NodeName(text)?.text == text)
        #expect(NodeName(text)?.isHub == (text == "hub"))
    }

    @Test(
        "what is no name is refused",
        arguments: [
            "", "-a", ".a", "_a", "A", "a b", "a/b", "a\u{0}", "a\n", "aé", "ａ", String(repeating: "a", count: 64),
        ]
    )
    func noNames(text: String) { #expect(NodeName(text) == nil) }

    @Test("a name of 63 bytes is one, and names are ordered as bytes")
    func nameOrder() throws {
        #expect(NodeName(String(repeating: "a", count: 63)) != nil)
        let names = ["9", "a", "a-b", "a.b", "a0", "a_b", "aa", "b"]
        #expect(try names.map { try #require(NodeName($0)) }.sorted().map(\.text) == names)
    }

    @Test(
        "a site is written as sixteen digits, and read back from nothing else",
        arguments: [0, 1, 0xabc, .max] as [UInt64]
    )
    func sites(raw: UInt64) {
        let text = SiteID(raw).description
        #expect(text.utf8.count == 16)
        #expect(SiteID(text) == SiteID(raw))
        #expect(SiteID(text + "0") == nil)
        #expect(SiteID(String(text.dropLast())) == nil)
        for sign in ["+", "-", " ", "g", "_"] { #expect(SiteID(sign + text.dropFirst()) == nil) }
    }

    @Test("stamps order as milliseconds and counter do, and any clock's time makes one")
    func stamps() {
        let times: [Int64] = [.min, -1, 0, 1, 1_700_000_000_000, Stamp.millisecondsMax, .max]
        for time in times {
            for counter in [0, 1, .max] as [UInt16] {
                let stamp = Stamp(milliseconds: time, counter: counter)
                #expect(stamp.milliseconds == min(max(time, 0), Stamp.millisecondsMax))
                #expect(stamp.counter == counter)
                #expect(Stamp(packed: stamp.packed) == stamp)
                #expect(stamp.next > stamp || stamp.packed == .max)
            }
        }
        #expect(Stamp(packed: -1) == nil)
        #expect(Stamp(packed: .min) == nil)
        #expect(Stamp(milliseconds: 1) > Stamp(milliseconds: 0, counter: .max))
        #expect(Stamp(milliseconds: 0, counter: .max).next == Stamp(milliseconds: 1))
        #expect(Stamp(milliseconds: .max, counter: .max).packed == .max)
        #expect(Stamp(milliseconds: .max, counter: .max).next.packed == .max)
    }

    @Test("a clock's stamps are above all that it gave and saw, and follow the wall", arguments: UInt64(1)...20)
    func hybridClock(seed: UInt64) {
        var luck = Luck(seed: seed)
        var clock = HybridClock()
        var greatest = Stamp.zero
        var wall: Int64 = 1_700_000_000_000
        for _ in 0..<500 {
            if luck.once(in: 4) {
                let seen = Stamp(
                    milliseconds: wall + Int64(luck.number(-5000...5000)),
                    counter: UInt16(luck.number(0...9))
                )
                clock.see(seen)
                greatest = max(greatest, seen)
                #expect(clock.last == greatest)
            } else {
                let stamp = clock.stamp(wallMilliseconds: wall)
                #expect(stamp > greatest)
                #expect(stamp == max(Stamp(milliseconds: wall), greatest.next))
                greatest = stamp
            }
            // Sometimes a battery dies, or somebody sets the clock.
            wall += luck.once(in: 20) ? luck.pick([-1_700_000_000_000, 86_400_000, -3600]) : Int64(luck.number(0...3))
            wall = max(wall, -10)
        }
    }

    @Test("65,536 writes in one millisecond go on in the next")
    func burst() {
        var clock = HybridClock()
        for _ in 0...65_536 { _ = clock.stamp(wallMilliseconds: 5) }
        #expect(clock.last == Stamp(milliseconds: 6))
    }

    @Test("numbers that a peer names are drawn in, and the last has no next")
    func numbers() {
        #expect(ChangesetNumber(-1) == .none)
        #expect(ChangesetNumber(.max).next == ChangesetNumber(.max))
        #expect(ChangesetNumber.none.next.number == 1)
        #expect(Position(-5) == .start)
    }

    @Test("a hash has 32 bytes")
    func hashes() {
        #expect(ChangesetHash([UInt8](repeating: 0, count: 32)) == ChangesetHash.none)
        #expect(ChangesetHash([UInt8](repeating: 0, count: 31)) == nil)
        #expect(ChangesetHash([UInt8](repeating: 0, count: 33)) == nil)
        #expect(ChangesetHash([UInt8](repeating: 0xab, count: 32))?.description == "abababababababab")
    }

    @Test("every field of a header is in the bytes that are hashed")
    func chain() throws {
        let header = ChangesetHeader(
            site: SiteID(1),
            number: ChangesetNumber(2),
            previous: try #require(ChangesetHash(Array(repeating: 3, count: 32))),
            base: Cursor(epoch: Epoch(4), position: Position(5)),
            schemaVersion: 6,
            stampMax: Stamp(milliseconds: 7),
            segments: 8,
            operations: 9,
            bytes: 10,
            bodyHash: try #require(ChangesetHash(Array(repeating: 11, count: 32)))
        )
        #expect(header.chainBytes.count == 17 + 32 * 2 + 9 * 8)
        let changes: [(inout ChangesetHeader) -> Void] = [
            { $0.site = SiteID(99) }, { $0.number = ChangesetNumber(99) }, { $0.previous = .none },
            { $0.base = Cursor(epoch: Epoch(99), position: Position(5)) },
            { $0.base = Cursor(epoch: Epoch(4), position: Position(99)) }, { $0.schemaVersion = 99 },
            { $0.stampMax = Stamp(milliseconds: 99) }, { $0.segments = 99 }, { $0.operations = 99 }, { $0.bytes = 99 },
            { $0.bodyHash = .none },
        ]
        var seen: Set<[UInt8]> = [header.chainBytes]
        for change in changes {
            var other = header
            change(&other)
            #expect(seen.insert(other.chainBytes).inserted)
        }
    }
}
