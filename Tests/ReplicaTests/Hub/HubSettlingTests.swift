import ChangeLog
import Testing

@testable import Replica

@Suite("What was refused is settled by an operator, with a trace at both ends")
struct HubSettlingTests {
    private func lines(_ world: HubWorld) throws -> [String] {
        try world.rows(
            "SELECT id, \"table\", reason, rests_on, settled_how, settled_by FROM linli_quarantine ORDER BY id"
        )
    }

    private func settle(_ world: HubWorld, _ line: Int64, _ how: Settled = .accepted) throws -> Settling {
        try world.hub.settleQuarantine(line, how, by: "li", nowMilliseconds: world.now)
    }

    @Test("An accepted change is made as the hub's own, and goes to every store")
    func accepted() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        try west.read()
        try east.push(east.update("product", ["sku": text("milk"), "price": int(1)]))
        #expect(try world.rows("SELECT price FROM product") == ["500"])
        #expect(try east.read().shown(world.plan) == ["product:milk (Milk,500)"])
        world.now += 5
        #expect(try settle(world, 1) == .done([1]))
        #expect(try world.rows("SELECT price FROM product") == ["1"])
        #expect(try lines(world) == ["1|product|not yours: price|NULL|accepted|li"])
        #expect(try west.read().shown(world.plan) == ["product:milk (Milk,1)"])
        let round = try east.read()
        #expect(round.shown(world.plan) == ["product:milk (Milk,1)"])
        #expect(round.notes.count == 1)
        #expect(round.notes.first?.fields[6...8] == [int(world.now), text("li"), text("accepted")])
        #expect(try settle(world, 1) == .already(by: "li", how: "accepted"))
        #expect(try settle(world, 7) == .unknown)
    }

    @Test("Those that rest on it are made with it, or nothing is")
    func dependants() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try west.push(west.insert("basket", ["id": text("b"), "store_id": text("west")]))
        try east.push(
            east.insert("basket", ["id": text("b"), "store_id": text("east"), "note": text("mine")]),
            east.insert("basket_line", ["id": text("l"), "basket_id": text("b"), "quantity": int(1)])
        )
        try east.push(east.update("basket_line", ["id": text("l"), "quantity": int(2)]))
        #expect(
            try lines(world) == [
                "1|basket|key|NULL|NULL|NULL", "2|basket_line|dependant|1|NULL|NULL",
                "3|basket_line|dependant|2|NULL|NULL",
            ]
        )
        #expect(try settle(world, 3) == .restsOn(2))
        #expect(try settle(world, 1) == .refused(line: 1, reason: "basket has a row of this key already"))
        try world.write("DELETE FROM basket")
        #expect(try settle(world, 1) == .done([1, 2, 3]))
        #expect(try world.rows("SELECT * FROM basket") == ["b|east|mine"])
        #expect(try world.rows("SELECT * FROM basket_line") == ["l|b|3"])
        #expect(
            try east.read().shown(world.plan) == ["basket:b (east,mine) life 3", "basket_line:l (b,3)"]
        )
    }

    @Test("An effect goes with its cause, and is paid with the hub's rights or not at all")
    func effects() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        let milk: [String: Value] = ["store_id": text("west"), "sku": text("milk")]
        try west.push(
            west.insert("stock", milk.merging(["available": int(10)]) { $1 }),
            west.insert("customer_order", ["id": text("o"), "store_id": text("west")])
        )
        try west.push(west.grant("stock", milk, "available", to: "hub", 5))
        func order(_ line: Int64, _ quantity: Int64) throws {
            let row: [String: Value] = [
                "order_id": text("o"), "line": int(line), "sku": text("milk"), "quantity": int(quantity),
            ]
            try east.push(
                east.insert("order_line", row),
                east.update("stock", milk.merging(["available": int(-quantity)]) { $1 }, cause: 0)
            )
        }
        try order(1, 2)
        try order(2, 9)
        #expect(
            try lines(world).map { $0.prefix(22) } == [
                "1|order_line|not yours", "2|stock|effect|1|NULL|", "3|order_line|not yours", "4|stock|effect|3|NULL|",
            ]
        )
        #expect(try settle(world, 1) == .done([1, 2]))
        #expect(try world.rows("SELECT available FROM stock") == ["8"])
        #expect(try settle(world, 3) == .refused(line: 4, reason: "no rights"))
        #expect(try world.rows("SELECT line FROM order_line") == ["1"])
        #expect(try world.rows("SELECT available FROM stock") == ["8"])
        #expect(try settle(world, 3, .discarded) == .done([3, 4]))
        #expect(try world.rows("SELECT count(*) FROM linli_quarantine WHERE settled_at IS NULL") == ["0"])
        try world.checkRights()
    }

    @Test("A discarded spend is not paid later")
    func discardedSpend() throws {
        let world = try HubWorld()
        let west = try world.join("west")
        let milk: [String: Value] = ["store_id": text("west"), "sku": text("milk")]
        try west.push(west.insert("stock", milk.merging(["available": int(4)]) { $1 }))
        try west.push(west.grant("stock", milk, "available", to: "hub", 1))
        try west.push(west.update("stock", milk.merging(["available": int(-6)]) { $1 }))
        #expect(try lines(world) == ["1|stock|no rights|NULL|NULL|NULL"])
        #expect(try settle(world, 1) == .refused(line: 1, reason: "no rights"))
        #expect(try settle(world, 1, .discarded) == .done([1]))
        try west.push(west.update("stock", milk.merging(["available": int(5)]) { $1 }))
        try west.push(west.grant("stock", milk, "available", to: "hub", 5))
        #expect(try world.rows("SELECT available FROM stock") == ["5"])
        try world.checkRights()
    }

    @Test("A column that only its store writes takes what an operator accepts; checks and keys hold")
    func columns() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("customer_order", ["id": text("o"), "store_id": text("east")]))
        try east.read()
        east.skew = 86_400_000
        try east.push(
            east.update("customer_order", ["id": text("o"), "ready_at": int(77)]),
            east.insert("board", ["k": text("a"), "flag": int(7)])
        )
        #expect(try settle(world, 1) == .done([1]))
        #expect(try world.rows("SELECT ready_at FROM customer_order") == ["77"])
        guard case .refused(line: 2, let reason) = try settle(world, 2) else {
            Issue.record("a value beyond its check was accepted")
            return
        }
        #expect(reason.hasPrefix("check: "))
        #expect(try world.rows("SELECT count(*) FROM board") == ["0"])
    }

    @Test("What the store wrote after an insert that was accepted rests on it again")
    func laterWrites() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let row: [String: Value] = ["id": text("t"), "from_store": text("east"), "to_store": text("west")]
        try east.push(east.insert("transfer", row.merging(["received_at": int(5)]) { $1 }))
        #expect(try lines(world) == ["1|transfer|not yours: received_at|NULL|NULL|NULL"])
        #expect(try settle(world, 1) == .done([1]))
        world.now += 1
        try east.push(east.update("transfer", ["id": text("t"), "sku": text("tea")]))
        #expect(try world.rows("SELECT id, sku, received_at FROM transfer") == ["t|tea|5"])
        #expect(try lines(world).count == 1)
    }

    @Test("A store's new disk is told what is not settled, and hears when it is")
    func newDisk() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        try east.push(
            east.update("product", ["sku": text("milk"), "price": int(1)]),
            east.update("product", ["sku": text("milk"), "price": int(2)])
        )
        #expect(try settle(world, 1, .discarded) == .done([1]))
        let second = try world.join("east")
        #expect(try second.read().notes.map(\.id) == [2])
        #expect(try settle(world, 2, .discarded) == .done([2]))
        #expect(try second.read().notes.map(\.id) == [2])
    }

    @Test("A change comes back from its line byte by byte")
    func bytes() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let odd = Value.text([0x22, 0x5c, 0x0a, 0x01, 0x00, 0xff, 0xc3, 0xa9])
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        try east.push(east.update("product", ["sku": text("milk"), "name": odd]))
        #expect(try settle(world, 1) == .done([1]))
        #expect(try world.rows("SELECT hex(name) FROM product") == ["225C0A0100FFC3A9"])
    }

    @Test("A conflict that a person has seen to goes from the list at both ends")
    func conflicts() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]))
        try east.read()
        try west.read()
        world.now += 10
        try west.push(west.update("board", ["k": text("a"), "text": text("west's")]))
        try east.push(east.update("board", ["k": text("a"), "text": text("east's")]))
        let loser = try world.rows("SELECT lost_by FROM linli_conflict")
        let author = loser == ["east"] ? east : west
        try author.read()
        #expect(try world.hub.settleConflict(1, by: "li", nowMilliseconds: world.now) == .done([1]))
        #expect(try author.read().notes.first?.fields[9...] == [int(world.now), text("li"), text("seen")])
        #expect(
            try world.hub.settleConflict(1, by: "wang", nowMilliseconds: world.now) == .already(by: "li", how: "seen")
        )
        #expect(try world.hub.settleConflict(2, by: "li", nowMilliseconds: world.now) == .unknown)
    }
}
