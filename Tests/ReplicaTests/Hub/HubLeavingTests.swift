import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("Units in a row that left their store's scope are the hub's once the store has seen it leave")
struct HubLeavingTests {
    private static let document = """
        schema: wallets
        version: 1
        currency: CNY
        tables:
          wallet:
            scope: {store: home}
            writer: any
            key: [id]
            columns:
              id:    {type: id}
              home:  {type: text}
              units: {type: integer, merge: escrow, floor: 0, writer: any}
        """
    private let key: [String: Value] = ["id": text("w")]

    /// East made a wallet of fifty, and gave the hub thirty of them.
    private func world() throws -> (world: HubWorld, east: Author, west: Author) {
        let world = try HubWorld(schema: NetworkSchema(yaml: Self.document))
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("wallet", key.merging(["home": text("east"), "units": int(50)]) { $1 }))
        try east.push(east.grant("wallet", key, "units", to: "hub", 30))
        try east.read()
        try west.read()
        return (world, east, west)
    }

    private func grant(_ world: HubWorld, to store: String, _ units: Int) throws {
        try world.write("INSERT INTO linli_grant VALUES ('wallet', '[\"w\"]', 'units', '\(store)', \(units), 0)")
    }

    private func move(_ world: HubWorld, to store: String) throws {
        try world.write("UPDATE wallet SET home = '\(store)' WHERE id = 'w'")
    }

    private func rights(_ world: HubWorld) throws -> [String] {
        try world.hub.seal(nowMilliseconds: world.now)
        try world.checkRights()
        return try world.rows("SELECT node, units FROM linli_rights WHERE units > 0 ORDER BY node")
    }

    @Test("What the hub granted a store that never heard of it goes back, and its receivers are told")
    func unheardOf() throws {
        let (world, east, west) = try world()
        try grant(world, to: "east", 13)
        try move(world, to: "west")
        #expect(try rights(world) == ["east|33", "hub|17"])
        // All that east knows of are its twenty: these it grants back as it commits the eviction.
        let before = east.cursor
        #expect(try east.read().shown(world.plan) == ["wallet:w evicted"])
        let after = east.cursor
        world.hub.noteCommitted(after, safe: before.position, site: east.site)
        #expect(try rights(world) == ["east|33", "hub|17"])
        east.cursor = before
        try east.push(east.grant("wallet", key, "units", to: "hub", 20))
        east.cursor = after
        #expect(try rights(world) == ["east|13", "hub|37"])
        world.hub.noteCommitted(after, safe: after.position, site: east.site)
        #expect(try rights(world) == ["hub|50"])
        #expect(try world.rows("SELECT count(*) FROM linli_leaving") == ["0"])
        #expect(try west.read().shown(world.plan) == ["wallet:w (west,50) [hub=50]"])
        #expect(try world.rows("SELECT * FROM linli_quarantine") == [])
        // Said again, it does nothing more.
        let head = world.hub.head
        world.hub.noteCommitted(after, safe: after.position, site: east.site)
        #expect(try rights(world) == ["hub|50"])
        #expect(world.hub.head == head)
    }

    @Test("A spend that was under way when the row left is paid from the store's own units")
    func spendUnderWay() throws {
        let (world, east, _) = try world()
        let before = east.cursor
        try grant(world, to: "east", 5)
        try move(world, to: "west")
        try grant(world, to: "west", 25)
        try east.read()
        // Two changesets of before the eviction are in its outbox.
        world.hub.noteCommitted(east.cursor, safe: before.position, site: east.site)
        #expect(try rights(world) == ["east|25", "west|25"])
        let after = east.cursor
        east.cursor = before
        try east.push(east.update("wallet", key.merging(["units": int(-15)]) { $1 }))
        try east.push(east.grant("wallet", key, "units", to: "hub", 5))
        #expect(try world.rows("SELECT * FROM linli_quarantine") == [])
        #expect(try rights(world) == ["east|5", "hub|5", "west|25"])
        world.hub.noteCommitted(after, safe: after.position, site: east.site)
        #expect(try rights(world) == ["hub|10", "west|25"])
    }

    @Test("A row that came back before its store saw it leave keeps its units there")
    func cameBack() throws {
        let (world, east, _) = try world()
        try grant(world, to: "east", 13)
        try move(world, to: "west")
        try move(world, to: "east")
        try east.read()
        #expect(try rights(world) == ["east|33", "hub|17"])
        #expect(try world.rows("SELECT count(*) FROM linli_leaving") == ["0"])
    }

    @Test("A grant that is sealed with the move away is found too, and a hub that was killed meanwhile remembers")
    func sealedTogether() throws {
        let (world, east, _) = try world()
        // It holds nothing when the row leaves: the grant, which is sealed after that, is all.
        try east.push(east.grant("wallet", key, "units", to: "hub", 20))
        try world.application.use { sql in
            try sql.execute("INSERT INTO linli_grant VALUES ('wallet', '[\"w\"]', 'units', 'east', 7, 0)")
            try sql.execute("UPDATE wallet SET home = 'west' WHERE id = 'w'")
        }
        try world.hub.seal(nowMilliseconds: world.now)
        #expect(try rights(world) == ["east|7", "hub|43"])
        try world.restart()
        try east.read()
        #expect(try rights(world) == ["hub|50"])
    }

    @Test("The rights of a disk that was replaced stay frozen, wherever the row is")
    func fenced() throws {
        let (world, east, _) = try world()
        try grant(world, to: "east", 13)
        try move(world, to: "west")
        _ = try world.join("east")
        try east.read()
        #expect(try rights(world) == ["east#\(east.site)|33", "hub|17"])
        #expect(try world.rows("SELECT count(*) FROM linli_leaving") == ["0"])
    }
}
