import ChangeLog
import Testing

@testable import Replica

@Suite("One bad change is kept aside with what rests on it; the rest stands")
struct HubQuarantineTests {
    private func reasons(_ world: HubWorld) throws -> [String] {
        try world.rows("SELECT \"table\", \"key\", reason FROM linli_quarantine ORDER BY id")
    }

    @Test("A value that a check of the table refuses is quarantined alone")
    func checks() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(
            east.insert("board", ["k": text("a"), "flag": int(7)]),
            east.insert("board", ["k": text("b"), "flag": int(1)]),
            east.update("board", ["k": text("b"), "flag": int(2)]),
            east.update("board", ["k": text("b"), "text": text("fine")])
        )
        #expect(try world.rows("SELECT k, text, flag FROM board") == ["b|fine|1"])
        #expect(try reasons(world).map { String($0.prefix(16)) } == [#"board|["a"]|chec"#, #"board|["b"]|chec"#])
    }

    @Test("A refused insert takes the later writes of its row and its children with it, until the site has seen it")
    func dependants() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try west.push(west.insert("basket", ["id": text("b"), "store_id": text("west")]))
        try east.push(
            east.insert("basket", ["id": text("b"), "store_id": text("east")]),
            east.insert("basket_line", ["id": text("l"), "basket_id": text("b"), "quantity": int(1)])
        )
        try east.push(east.update("basket_line", ["id": text("l"), "quantity": int(1)]))
        try world.write("DELETE FROM basket")
        try east.push(east.update("basket", ["id": text("b"), "note": text("mine")]))
        #expect(
            try reasons(world) == [
                #"basket|["b"]|key"#, #"basket_line|["l"]|dependant"#, #"basket_line|["l"]|dependant"#,
                #"basket|["b"]|dependant"#,
            ]
        )
        #expect(try east.read().notes.map(\.kind) == [.quarantine, .quarantine, .quarantine, .quarantine])
        try east.push(east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("again")]))
        #expect(try world.rows("SELECT note FROM basket") == ["again"])
    }

    @Test("A refused update has no dependants")
    func refusedUpdates() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(
            east.insert("board", ["k": text("a")]),
            east.update("board", ["k": text("a"), "flag": int(9)]),
            east.update("board", ["k": text("a"), "text": text("fine")])
        )
        #expect(try world.rows("SELECT text FROM board") == ["fine"])
    }

    @Test("A write after a refused delete and insert does not do the delete by the back door")
    func refusedDeleteThenInsert() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try west.push(west.insert("stock", ["store_id": text("west"), "sku": text("m"), "available": int(5)]))
        try west.push(west.grant("stock", ["store_id": text("west"), "sku": text("m")], "available", to: "hub", 2))
        try west.push(
            west.delete("stock", ["store_id": text("west"), "sku": text("m")]),
            west.insert("stock", ["store_id": text("west"), "sku": text("m"), "available": int(50)], life: 3)
        )
        #expect(try world.rows("SELECT available FROM stock") == ["5"])
        #expect(try reasons(world).map { $0.split(separator: "|").last } == ["no rights", "dependant"])
        try world.checkRights()
        _ = east
    }

    @Test("A counter beyond 2^53 is refused, never trapped")
    func counters() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let most: Int64 = 1 << 53
        try east.push(east.insert("board", ["k": text("a"), "n": int(most)]))
        try east.push(
            east.update("board", ["k": text("a"), "n": int(1)]),
            east.update("board", ["k": text("a"), "n": int(.max)]),
            east.insert("board", ["k": text("b"), "n": int(.min)])
        )
        #expect(try world.rows("SELECT k, n FROM board") == ["a|\(most)"])
        #expect(try reasons(world).map { $0.suffix(11) } == ["overflow: n", "overflow: n", "overflow: n"])
    }

    @Test("A key that JSON cannot carry is refused")
    func keys() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(
            east.insert("board", ["k": .text([0x61, 0])]),
            east.insert("board", ["k": .text([0xff])]),
            east.insert("board", ["k": text("café")])
        )
        #expect(try world.rows("SELECT k FROM board") == ["café"])
        #expect(try reasons(world).map { $0.suffix(4) } == ["|key", "|key"])
    }

    @Test("Of an immutable key the first arrival stands; the same row again is no news, another is kept aside")
    func immutableKeys() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let line: [String: Value] = ["order_id": text("o"), "line": int(1), "sku": text("milk"), "quantity": int(2)]
        try east.push(
            east.insert("stock", ["store_id": text("east"), "sku": text("milk"), "available": int(10)]),
            east.insert("customer_order", ["id": text("o"), "store_id": text("east")]),
            east.insert("order_line", line),
            east.update("stock", ["store_id": text("east"), "sku": text("milk"), "available": int(-2)], cause: 2)
        )
        try east.push(
            east.insert("order_line", line),
            east.update("stock", ["store_id": text("east"), "sku": text("milk"), "available": int(-2)], cause: 0)
        )
        #expect(try reasons(world) == [])
        try east.push(
            east.insert("order_line", line.merging(["quantity": int(3)]) { $1 }),
            east.update("stock", ["store_id": text("east"), "sku": text("milk"), "available": int(-3)], cause: 0)
        )
        #expect(
            try reasons(world) == [#"order_line|["o",1]|key"#, #"stock|["east","milk"]|effect"#]
        )
        #expect(try world.rows("SELECT available FROM stock") == ["8"])
        #expect(try world.rows("SELECT lost FROM linli_conflict") == [#"{"sku":"milk","quantity":3}"#])
        try world.checkRights()
    }

    @Test("A changeset that cannot be read is kept whole, its number advances, and nothing of it is done")
    func unreadable() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        let good = try east.changeset([
            east.insert("board", ["k": text("a")]),
            east.insert("basket", ["id": text("b"), "store_id": text("nowhere-yet")]),
        ])
        guard case .segments(var segments) = good.body else { return }
        east.number = 0
        east.hash = .none
        segments.append([0xff, 0xff])
        let bad = try east.changeset(segments, operations: 3)
        let other = try west.changeset([west.insert("board", ["k": text("c")])])
        let report = try world.hub.merge([bad, other], nowMilliseconds: world.now)
        #expect(report.outcomes == [.merged(through: ChangesetNumber(1)), .merged(through: ChangesetNumber(1))])
        #expect(try world.rows("SELECT k FROM board") == ["c"])
        #expect(try world.rows("SELECT store, reason LIKE 'unreadable%' FROM linli_quarantine") == ["east|1"])
        #expect(try world.rows("SELECT count(*) FROM linli_unreadable") == ["2"])
        try east.push(east.insert("board", ["k": text("d")]))
        #expect(try world.rows("SELECT k FROM board") == ["c", "d"])
        #expect(try east.read().notes.count == 1)
        // An operator can do one thing with the line, and is told so.
        let accepted = try world.hub.settleQuarantine(1, .accepted, by: "li", nowMilliseconds: world.now)
        guard case .refused(1, let reason) = accepted else {
            Issue.record("\(accepted)")
            return
        }
        #expect(reason.contains("can only be discarded") && reason.contains("linli_unreadable"))
        #expect(
            try world.hub.settleQuarantine(1, .discarded, by: "li", nowMilliseconds: world.now) == .done([1])
        )
        #expect(try world.rows("SELECT count(*) FROM linli_unreadable") == ["2"])
    }

    @Test("A schema version that the hub does not know is not read")
    func laterSchema() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        var writer = SegmentWriter()
        writer.write(try east.insert("board", ["k": text("a")]), shape: world.plan.tables[7].shape)
        let changeset = try east.changeset(writer.finish(), operations: 1, schemaVersion: 2)
        let report = try world.hub.merge([changeset], nowMilliseconds: world.now)
        #expect(report.quarantined == 1)
        #expect(try world.rows("SELECT k FROM board") == [])
    }

    @Test("A body that is not the header's is not merged, and may come again")
    func damagedBody() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let good = try east.changeset([east.insert("board", ["k": text("a")])])
        var bad = good
        bad.body = .segments([[1, 2, 3]])
        let outcome = try world.hub.merge([bad], nowMilliseconds: world.now).outcomes[0]
        guard case .damaged = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            try world.hub.merge([good], nowMilliseconds: world.now).outcomes == [.merged(through: ChangesetNumber(1))]
        )
    }

    @Test("A stamp far ahead is not accepted for a value; facts and deltas are")
    func clocks() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try west.push(west.insert("board", ["k": text("a"), "text": text("t"), "n": int(1)]))
        try east.read()
        east.skew = 86_400_000
        try east.push(
            east.update("board", ["k": text("a"), "text": text("tomorrow"), "n": int(4), "high": int(8)]),
            east.insert("board", ["k": text("b"), "text": text("fact")])
        )
        #expect(try world.rows("SELECT k, text, n, high FROM board") == ["a|t|5|8", "b|fact|0|NULL"])
        #expect(try reasons(world) == [#"board|["a"]|clock"#])
        #expect(
            try world.rows("SELECT change FROM linli_quarantine").first?.contains(#""columns":{"text":"tomorrow"}"#)
                == true
        )
        world.now += 3_600_000
        try west.read()
        try west.push(west.update("board", ["k": text("b"), "text": text("an hour later")]))
        #expect(try world.rows("SELECT text FROM board WHERE k = 'b'") == ["an hour later"])
    }
}
