import ChangeLog
import Testing

@testable import Replica

@Suite("Rights move only by changesets, and always add up")
struct HubRightsTests {
    private let key: [String: Value] = ["store_id": text("east"), "sku": text("m")]

    private func spend(_ author: Author, _ units: Int64, _ column: String = "available") throws {
        try author.push(author.update("stock", key.merging([column: int(-units)]) { $1 }))
    }

    /// East begins with so many units, of which the hub gets some.
    private func world(units: Int64, hub: Int64 = 0) throws -> (HubWorld, Author) {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("stock", key.merging(["available": int(units)]) { $1 }))
        if hub > 0 { try east.push(east.grant("stock", key, "available", to: "hub", hub)) }
        return (world, east)
    }

    private func rights(_ world: HubWorld) throws -> [String] {
        try world.checkRights()
        return try world.rows(
            "SELECT node, units FROM linli_rights WHERE \"column\" = 'available' AND units > 0 ORDER BY node"
        )
    }

    @Test("Mint, spend and grant move the column and the units together")
    func moves() throws {
        let (world, east) = try world(units: 10)
        #expect(try rights(world) == ["east|10"])
        try spend(east, 3)
        #expect(try rights(world) == ["east|7"])
        try east.push(east.grant("stock", key, "available", to: "hub", 4))
        #expect(try rights(world) == ["east|3", "hub|4"])
        try spend(east, -5)
        #expect(try rights(world) == ["east|8", "hub|4"])
        try world.write("UPDATE stock SET available = available - 1")
        #expect(try rights(world) == ["east|8", "hub|3"])
        #expect(try world.rows("SELECT available FROM stock") == ["11"])
        #expect(
            try east.read(isComplete: true).shown(world.plan) == ["stock:east,m (0,11,0,NULL) [hub=3,east=8]"]
        )
    }

    @Test("A spend beyond the site's rights is taken from the hub's, and the site is answered")
    func takenFromTheHub() throws {
        let (world, east) = try world(units: 10, hub: 6)
        try east.read()
        try spend(east, 7)
        #expect(try rights(world) == ["hub|3"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == [])
        #expect(try east.read().shown(world.plan) == ["stock:east,m (0,3,0,NULL) [hub=3]"])
    }

    @Test("What nobody has rights for is one named exception, and the column never passes its floor")
    func shortfall() throws {
        let (world, east) = try world(units: 10, hub: 6)
        try spend(east, 12)
        #expect(try rights(world) == [])
        #expect(try world.rows("SELECT available FROM stock") == ["0"])
        #expect(
            try world.rows("SELECT reason, change FROM linli_quarantine") == [
                #"no rights|{"op":"update","columns":{"available":-2},"site":"\#(east.site)","number":3}"#
            ]
        )
        let round = try east.read()
        #expect(round.notes.map(\.kind) == [.quarantine])
        #expect(round.shown(world.plan) == ["stock:east,m (0,0,0,NULL)"])
    }

    @Test("A shortfall is paid first by units that later reach the hub, and settled with the last")
    func shortfallIsPaid() throws {
        let (world, east) = try world(units: 2)
        try spend(east, 5)
        try spend(east, -4)
        try east.push(east.grant("stock", key, "available", to: "hub", 2))
        #expect(try rights(world) == ["east|2"])
        #expect(try world.rows("SELECT units FROM linli_shortfall") == ["1"])
        #expect(try world.rows("SELECT settled_at FROM linli_quarantine") == ["NULL"])
        try east.read()
        world.now += 5
        try east.push(east.grant("stock", key, "available", to: "hub", 2))
        #expect(try rights(world) == ["hub|1"])
        #expect(try world.rows("SELECT available FROM stock") == ["1"])
        #expect(try world.rows("SELECT settled_at FROM linli_quarantine") == ["\(world.now)"])
        #expect(try east.read().notes.count == 1)
    }

    @Test("Only the store of the row raises the column")
    func minting() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("stock", key.merging(["available": int(5)]) { $1 }))
        try west.push(west.update("stock", key.merging(["available": int(5)]) { $1 }))
        #expect(try world.rows("SELECT available FROM stock") == ["5"])
        #expect(throws: ReplicaError.self) { try world.write("UPDATE stock SET available = available + 1") }
        try world.checkRights()
    }

    @Test("A grant needs rights, and a receiver of the row")
    func grants() throws {
        let (world, east) = try world(units: 5)
        _ = try world.join("west")
        try east.push(
            east.grant("stock", key, "available", to: "west", 1),
            east.grant("stock", key, "available", to: "nobody", 1),
            east.grant("stock", key, "available", to: "hub", 7)
        )
        #expect(try rights(world) == ["hub|5"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["not yours", "not yours", "no rights"])
    }

    @Test("The hub's own grant reaches the store")
    func hubGrants() throws {
        let (world, east) = try world(units: 10, hub: 6)
        try world.write(
            "INSERT INTO linli_grant VALUES ('stock', '[\"east\",\"m\"]', 'available', 'east', 2, 0)"
        )
        #expect(try rights(world) == ["east|6", "hub|4"])
        #expect(try east.read(isComplete: true).shown(world.plan) == ["stock:east,m (0,10,0,NULL) [hub=4,east=6]"])
    }

    @Test("A row with rights is deleted only by who holds them all")
    func deletes() throws {
        let (world, east) = try world(units: 5, hub: 1)
        try east.push(east.delete("stock", key))
        #expect(try world.rows("SELECT available FROM stock") == ["5"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["no rights"])
        try east.read()
        try world.write(
            "INSERT INTO linli_grant VALUES ('stock', '[\"east\",\"m\"]', 'available', 'east', 1, 0)"
        )
        try east.read()
        try east.push(east.delete("stock", key))
        #expect(try world.rows("SELECT available FROM stock") == [])
        #expect(try world.rows("SELECT * FROM linli_rights WHERE units > 0") == [])
    }

    @Test("A fenced site's rights are frozen under its name, pay for its store's excess, and can be reclaimed")
    func fencing() throws {
        let (world, east) = try world(units: 10)
        let second = try world.join("east")
        let frozen = "east#\(east.site)"
        #expect(try rights(world) == ["\(frozen)|10"])
        try second.read()
        try spend(second, 4)
        #expect(try rights(world) == ["\(frozen)|6"])
        // The lost disk turns up: it spends its own.
        try spend(east, 1)
        #expect(try rights(world) == ["\(frozen)|5"])
        #expect(try world.hub.release(second.store, nowMilliseconds: world.now) == .done)
        #expect(try rights(world) == ["hub|5"])
        try spend(east, 2)
        #expect(try rights(world) == ["hub|3"])
        try spend(east, 9)
        #expect(try rights(world) == [])
        #expect(try world.rows("SELECT change LIKE '%-6%' FROM linli_quarantine") == ["1"])
    }

    @Test("The hub gives back what the store lacks of its share, in one go, and not twice")
    func shares() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("stock", key.merging(["shared": int(100)]) { $1 }))
        try east.push(east.grant("stock", key, "shared", to: "hub", 90))
        let holders = "SELECT node, units FROM linli_rights WHERE \"column\" = 'shared' ORDER BY node"
        #expect(try world.rows(holders) == ["east|70", "hub|30"])
        try world.checkRights()
        try spend(east, 1, "shared")
        #expect(try world.rows(holders) == ["east|69", "hub|30"])
        #expect(
            try east.read(isComplete: true).shown(world.plan) == ["stock:east,m (0,0,99,NULL) [hub=30,east=69]"]
        )
    }

    @Test("The hub gives nothing to a store that it has not heard of since it was restored")
    func sharesWhileAway() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let answer = try world.hub.openSession(
            east.facts(tag: nil),
            isPresentSiteOnline: false,
            nowMilliseconds: world.now
        )
        guard case .opened(let opening) = answer else {
            Issue.record("\(answer)")
            return
        }
        try world.hub.transact(world.now + 1) { hub, _ in try hub.holdRights(exceptSeenSince: world.now + 1) }
        try east.push(east.insert("stock", key.merging(["shared": int(100)]) { $1 }))
        try east.push(east.grant("stock", key, "shared", to: "hub", 90))
        let holders = "SELECT node, units FROM linli_rights WHERE \"column\" = 'shared' ORDER BY node"
        #expect(try world.rows(holders) == ["east|10", "hub|90"])
        _ = try world.hub.openSession(
            east.facts(tag: opening.tag),
            isPresentSiteOnline: false,
            nowMilliseconds: world.now
        )
        try spend(east, 1, "shared")
        #expect(try world.rows(holders) == ["east|70", "hub|29"])
    }

    @Test("Rights go back when a constraint refuses the rest of the write")
    func refusedWrite() throws {
        let (world, east) = try world(units: 10)
        let long = Value.text(Array(repeating: 0x61, count: CellBounds.rowBytesMax))
        try east.push(east.update("stock", key.merging(["available": int(-3), "note": long]) { $1 }))
        try east.push(east.update("stock", key.merging(["available": int(-3), "note": text("bad")]) { $1 }))
        try east.push(east.update("stock", key.merging(["on_hand": int(1 << 53)]) { $1 }))
        try east.push(east.update("stock", key.merging(["available": int(-3), "on_hand": int(1)]) { $1 }))
        try east.push(east.update("stock", key.merging(["available": int(-13), "on_hand": int(1)]) { $1 }))
        #expect(try world.rows("SELECT available, on_hand FROM stock") == ["10|\(1 << 53 as Int64)"])
        #expect(try rights(world) == ["east|10"])
        #expect(try world.rows("SELECT count(*) FROM linli_quarantine") == ["4"])
    }
}
