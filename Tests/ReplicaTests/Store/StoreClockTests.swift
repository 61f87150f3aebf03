import ChangeLog
import Testing

@testable import Replica

/// A store whose wall clock is wrong, and the hub's time.
@Suite("A store's clock") struct StoreClockTests {
    private static let day: Int64 = 86_400_000

    /// The shop's clock is `shop.now`; the monotonic one runs beside it until somebody sets the former.
    private func read(_ shop: StoreShop, monotonic: Int64) {
        shop.replica.clocksRead(wallMilliseconds: shop.now, monotonicMilliseconds: monotonic)
    }

    /// The hub's clock is so far ahead of the shop's.
    @discardableResult
    private func measure(_ shop: StoreShop, _ offset: Int64, monotonic: Int64, roundTrip: Int64 = 10) throws -> Int {
        read(shop, monotonic: monotonic)
        return try shop.replica.hubClockMeasured(
            hubLessMonotonicMilliseconds: shop.now + offset - monotonic,
            roundTripMilliseconds: roundTrip
        )
    }

    private func shopADayAhead() throws -> StoreShop {
        let shop = try StoreShop()
        try shop.join()
        shop.now += Self.day
        read(shop, monotonic: 5_000)
        return shop
    }

    private func stamps(_ shop: StoreShop, of number: Int64) throws -> [Int64] {
        try shop.operations().filter { $0.number == number }.map(\.operation.stamp.milliseconds)
    }

    private func isChained(_ shop: StoreShop) throws -> Bool {
        try shop.replica.log.read { sql in
            let changesets = ChangesetTable(sql, site: shop.replica.site)
            var previous = ChangesetHash.none
            var number = ChangesetNumber(1)
            while number <= shop.replica.lastSealed {
                guard let (header, hash) = try changesets.stored(number) else { return false }
                var bytes: [UInt8] = []
                try changesets.eachSegment(of: number) { bytes += $0 }
                guard header.previous == previous, hash == ChangesetBuilder.hash(of: header),
                    header.bytes == bytes.count
                else { return false }
                (previous, number) = (hash, number.next)
            }
            return true
        }
    }

    @Test("What was sealed under a clock a day ahead and never left is restamped by the hub's time, in order")
    func restamps() throws {
        let shop = try shopADayAhead()
        try shop.sell(
            "INSERT INTO item(id, store_id, note, n) VALUES ('a', 'nanjing-1', 'x', 1), ('b', 'nanjing-1', 'y', 2)"
        )
        try shop.seal()
        try shop.sell("UPDATE item SET note = 'z' WHERE id = 'a'")
        try shop.seal()
        let hash = try shop.replica.hash(of: ChangesetNumber(2))
        // 10 s later the hub says that it is yesterday.
        shop.now += 10_000
        #expect(try measure(shop, -Self.day, monotonic: 15_002, roundTrip: 40) == 2)
        #expect(try shop.replica.hash(of: ChangesetNumber(2)) != hash)
        #expect(try isChained(shop))
        let (first, second) = (try stamps(shop, of: 1), try stamps(shop, of: 2))
        #expect(first == [StoreShop.morning + 1, StoreShop.morning + 1] && second == [StoreShop.morning + 2])
        // What follows is stamped by the hub's time too, above what was.
        try shop.sell("UPDATE item SET note = 'w' WHERE id = 'b'")
        read(shop, monotonic: 15_003)
        try shop.seal()
        #expect(try stamps(shop, of: 3) == [StoreShop.morning + 10_003])
        #expect(try isChained(shop))
    }

    @Test("What a copy sealed under a clock a day ahead is restamped although it became a site of its own meanwhile")
    func restampsAfterFork() throws {
        let original = try StoreShop()
        try original.join()
        try original.sell("INSERT INTO item(id, store_id, note, n) VALUES ('a', 'nanjing-1', 'x', 1)")
        try original.seal()
        try original.replica.acknowledged(through: ChangesetNumber(1))
        // A session, in which all is sent that is there.
        try original.replica.storeTag(7)
        let copy = try StoreShop(image: StoreImage.take(of: original.directory))
        try original.sell("UPDATE item SET note = 'y' WHERE id = 'a'")
        let other = try #require(try original.seal())
        let start = original.now
        copy.now = start + Self.day
        read(copy, monotonic: 5_000)
        for note in ["z", "w"] {
            try copy.sell("UPDATE item SET note = '\(note)' WHERE id = 'a'")
            try copy.seal()
        }
        // Set right by hand, and sold once more.
        copy.now -= Self.day
        read(copy, monotonic: 5_010)
        try copy.sell("UPDATE item SET n = n + 1 WHERE id = 'a'")
        try copy.seal()
        let history = ForkHistory(
            after: ChangesetNumber(1),
            entries: [ForkHistory.Entry(hash: ChangesetBuilder.hash(of: other), stampMax: other.stampMax)]
        )
        let forking = try copy.replica.fork(history, as: SiteID(0xf0f0), wallMilliseconds: copy.now)
        #expect(forking == .newSite(kept: 3))
        copy.now += 10_000
        #expect(try measure(copy, 0, monotonic: 15_010, roundTrip: 40) == 3)
        for number in Int64(1)...3 {
            let all = try stamps(copy, of: number)
            #expect(all.allSatisfy { (start - 1_000...start + 1_000).contains($0) }, "\(number)")
        }
        #expect(try isChained(copy))
    }

    @Test("What was sealed under a clock a day ahead is restamped though it was set right before anybody asked the hub")
    func restampsWhatIsToCome() throws {
        let shop = try shopADayAhead()
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x'), ('b', 'nanjing-1', 'y')")
        try shop.seal()
        try shop.sell("UPDATE item SET note = 'z' WHERE id = 'a'")
        try shop.seal()
        // The machine is off for a minute, and its clock is set right when it starts.
        shop.now -= Self.day - 60_000
        try shop.restart()
        #expect(try measure(shop, 0, monotonic: 5) == 2)
        let all = try stamps(shop, of: 1) + stamps(shop, of: 2)
        #expect(all.allSatisfy { $0 <= shop.now } && all == all.sorted(), "\(all)")
        #expect(try isChained(shop))
        #expect(try measure(shop, 0, monotonic: 6) == 0, "once")
    }

    @Test("Stamps of a wrong clock that the hub has judged bind nobody: the next ones are of the hub's time again")
    func restartsOnceIncluded() throws {
        let shop = try shopADayAhead()
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
        try shop.seal()
        _ = try shop.replica.noteExported()
        shop.now -= Self.day
        #expect(try measure(shop, 0, monotonic: 5_002) == 0)
        try shop.sell("UPDATE item SET note = 'y' WHERE id = 'a'")
        try shop.seal()
        #expect(try stamps(shop, of: 2).allSatisfy { $0 >= StoreShop.morning + Self.day }, "it may have taken hold")
        // The hub took it, under a stamp of its own, ten minutes ahead of its time, and refused the other.
        let stamp = Stamp(milliseconds: StoreShop.morning + 600_000)
        try shop.stage([shop.item("a", note: "x", at: 11)], upTo: 12)
        try shop.apply(12, included: 2, stamp: stamp)
        read(shop, monotonic: 5_003)
        try shop.sell("UPDATE item SET note = 'w' WHERE id = 'a'")
        try shop.seal()
        #expect(try stamps(shop, of: 3) == [stamp.milliseconds])
        // And after a restart, while nobody measures.
        try shop.restart()
        try shop.sell("UPDATE item SET note = 'v' WHERE id = 'a'")
        try shop.seal()
        #expect(try stamps(shop, of: 4) == [stamp.milliseconds])
    }

    @Test("A changeset that was exported is left as it is, whatever the clock turns out to have been")
    func exportedStays() throws {
        let shop = try shopADayAhead()
        try shop.sell("INSERT INTO item(id, store_id, note, n) VALUES ('a', 'nanjing-1', 'x', 1)")
        try shop.seal()
        let hash = try shop.replica.hash(of: ChangesetNumber(1))
        #expect(try shop.replica.noteExported() == ChangesetNumber(1))
        shop.now += 10_000
        #expect(try measure(shop, -Self.day, monotonic: 15_002, roundTrip: 40) == 0)
        #expect(try shop.replica.hash(of: ChangesetNumber(1)) == hash)
        #expect(try isChained(shop))
    }

    @Test("A changeset that was read for a session is left as it is, and later stamps are above it")
    func seenStaysSeen() throws {
        let shop = try shopADayAhead()
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
        try shop.seal()
        let seen = try stamps(shop, of: 1)
        try shop.sell("UPDATE item SET note = 'z' WHERE id = 'a'")
        try shop.seal()
        #expect(try measure(shop, -Self.day, monotonic: 5_002) == 1)
        #expect(try stamps(shop, of: 1) == seen)
        #expect(try stamps(shop, of: 2).allSatisfy { $0 >= StoreShop.morning + Self.day }, "above what was seen")
        #expect(try isChained(shop))
    }

    @Test("What was seen is known after a crash: in a session everything sealed, outside what was read")
    func seenIsDurable() throws {
        for isInSession in [true, false] {
            let shop = try StoreShop()
            try shop.join()
            _ = try shop.replica.hello()
            if isInSession { try shop.replica.storeTag(9) }
            read(shop, monotonic: 1)
            try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
            try shop.seal()
            try shop.restart()
            let restamped = try measure(shop, -Self.day, monotonic: 1)
            #expect(restamped == (isInSession ? 0 : 1))
        }
    }

    @Test("A clock that was set while the link was down spoils nothing once the hub was measured")
    func jumpsOffline() throws {
        let shop = try StoreShop()
        try shop.join()
        try measure(shop, 0, monotonic: 1_000)
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
        read(shop, monotonic: 1_001)
        try shop.seal()
        // Somebody sets the clock two days back; the monotonic one goes on.
        shop.now += 1_000 - 2 * Self.day
        try shop.sell("UPDATE item SET note = 'z' WHERE id = 'a'")
        read(shop, monotonic: 2_002)
        try shop.seal()
        #expect(shop.replica.clockOffsetMilliseconds == 2 * Self.day)
        #expect(try measure(shop, 2 * Self.day, monotonic: 2_002) == 0)
        #expect(try stamps(shop, of: 1) == [StoreShop.morning + 1])
        #expect(try stamps(shop, of: 2) == [StoreShop.morning + 1_002])
    }

    @Test("An offset that an earlier run measured holds until the hub is measured anew")
    func guess() throws {
        let shop = try StoreShop()
        try shop.join()
        try measure(shop, Self.day, monotonic: 1_000)
        try shop.restart()
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
        read(shop, monotonic: 7)
        try shop.seal()
        #expect(try stamps(shop, of: 1) == [StoreShop.morning + Self.day + 1])
    }

    @Test("Restamping that a crash cut off is done again as if it had not begun")
    func crashes() throws {
        let shop = try StoreShop()
        try shop.join()
        shop.now += Self.day
        read(shop, monotonic: 5)
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
        try shop.seal()
        shop.replica.atStep = { step throws(ReplicaError) in
            if step == .restamped { throw .file(path: "test", operation: "cut", code: 5) }
        }
        #expect(throws: ReplicaError.self) { try measure(shop, -Self.day, monotonic: 6) }
        shop.replica.atStep = nil
        try shop.restart()
        try measure(shop, -Self.day, monotonic: 6)
        #expect(try isChained(shop))
        try shop.sell("UPDATE item SET note = 'z' WHERE id = 'a'")
        read(shop, monotonic: 7)
        try shop.seal()
        #expect(try isChained(shop))
        let all = try stamps(shop, of: 1) + stamps(shop, of: 2)
        #expect(all.map { $0 - StoreShop.morning } == [1, 2])
    }

    @Test("What was captured before somebody set the clock back is not stamped with a time to come")
    func setBackBeforeTheSeal() throws {
        let shop = try StoreShop()
        try shop.join()
        shop.now += Self.day
        try measure(shop, -Self.day, monotonic: 1_000)
        try shop.sell("INSERT INTO item(id, store_id, note) VALUES ('a', 'nanjing-1', 'x')")
        shop.now -= Self.day
        read(shop, monotonic: 1_001)
        try shop.seal()
        let stamp = try #require(try stamps(shop, of: 1).first)
        #expect(stamp <= StoreShop.morning + 1 + StoreLimits.clockSlackMilliseconds)
    }

    @Test("What a measurement cannot tell from a right clock is not corrected, so that stores keep the order of writes")
    func withinTheError() throws {
        let shop = try StoreShop()
        try shop.join()
        for (offset, roundTrip, corrected) in [(7, 10, 0), (-7, 10, 0), (8, 10, 8), (-8, 10, -8), (900, 1_800, 0)] {
            try measure(shop, Int64(offset), monotonic: 1_000, roundTrip: Int64(roundTrip))
            #expect(shop.replica.clockOffsetMilliseconds == Int64(corrected), "\(offset) ms in \(roundTrip) ms")
        }
    }

    @Test("Clocks at the ends of the numbers correct nothing wrongly, and trap nothing")
    func limits() {
        var clock = StoreClock(measuredOffset: .min)
        clock.read(wallMilliseconds: .max, monotonicMilliseconds: .min, next: ChangesetNumber(1))
        clock.measured(hubLessMonotonic: .max, roundTrip: 0)
        clock.read(wallMilliseconds: .min, monotonicMilliseconds: .max, next: ChangesetNumber(2))
        #expect(clock.offset >= 0 && clock.offset(of: ChangesetNumber(1)) >= 0)
        var hybrid = HybridClock()
        hybrid.offsetMilliseconds = .max
        #expect(hybrid.stamp(wallMilliseconds: 5) > .zero)
    }
}
