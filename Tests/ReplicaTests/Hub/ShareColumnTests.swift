import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("A share that stands in the row")
struct ShareColumnTests {
    private static let document = """
        schema: shares
        version: 1
        currency: CNY
        tables:
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id]
            columns:
              store_id: {type: text}
              units: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30, by: part}, step: 10}
              part: {type: integer, writer: hub}
        """

    @Test("The hub gives the store what it lacks when its own part falls; by the row, and within 0 to 100")
    func atTheHub() throws {
        let world = try HubWorld(schema: try NetworkSchema(yaml: Self.document))
        let east = try world.join("east")
        let key: [String: Value] = ["store_id": text("east")]
        try east.push(east.insert("stock", key.merging(["units": int(100)]) { $1 }))
        try east.push(east.grant("stock", key, "units", to: "hub", 60))
        let holders = "SELECT node, units FROM linli_rights ORDER BY node"
        #expect(try world.rows(holders) == ["east|40", "hub|60"], "more than half of its part is enough")
        try world.write("UPDATE stock SET part = 5")
        #expect(try world.rows(holders) == ["east|100", "hub|0"])
        try east.push(east.grant("stock", key, "units", to: "hub", 90))
        #expect(try world.rows(holders) == ["east|100", "hub|0"], "its part is now 5, which is no whole step")
        try world.write("UPDATE stock SET part = 9000")
        try east.push(east.grant("stock", key, "units", to: "hub", 90))
        #expect(try world.rows(holders) == ["east|10", "hub|90"], "all of it is the hub's part")
        try world.checkRights()
    }

    @Test(
        "The store grants what the hub lacks when the hub's part rises, in whole steps, and by the schema without one"
    )
    func atAStore() throws {
        let shop = try StoreShop(schema: Self.document)
        try shop.join()
        try shop.sell("INSERT INTO stock(store_id, units) VALUES ('nanjing-1', 99)")
        try shop.seal()
        let rights = { try shop.see("SELECT node, units FROM linli_rights WHERE units > 0 ORDER BY node") }
        #expect(try shop.replica.shareGrants() == 1)
        #expect(try rights() == ["hub|20", "nanjing-1|79"])
        try shop.seal()
        #expect(try shop.replica.shareGrants() == 0)
        let ledger = [
            Holding(column: 0, holder: "hub", units: 20), Holding(column: 0, holder: "nanjing-1", units: 79),
        ]
        for (part, position, expected) in [
            (Value.integer(64), Int64(11), ["hub|60", "nanjing-1|39"]), (.integer(10), 13, ["hub|60", "nanjing-1|39"]),
        ] {
            let now =
                position == 11
                ? ledger
                : [
                    Holding(column: 0, holder: "hub", units: 60), Holding(column: 0, holder: "nanjing-1", units: 39),
                ]
            try shop.stage(
                [shop.row("stock", [.text("nanjing-1")], [.integer(99), part], at: position, ledger: now)],
                upTo: position + 1
            )
            try shop.apply(position + 1, included: position == 11 ? 2 : 3)
            #expect(try shop.replica.shareGrants() == (position == 11 ? 1 : 0))
            #expect(try rights() == expected)
            try shop.seal()
        }
    }

    @Test("It is a plain column of the row, and part of how rights merge")
    func refusals() throws {
        for (wrong, words) in [
            ("part: {type: text, writer: hub}", "part is no plain column of whole numbers"),
            ("part: {type: integer, merge: max, writer: hub}", "part is no plain column of whole numbers"),
            ("parts: {type: integer}", "has no column \"part\""),
        ] {
            let document = Self.document.replacing("part: {type: integer, writer: hub}", with: wrong)
            let error = #expect(throws: SchemaError.self) { try NetworkSchema(yaml: document) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        let first = try NetworkSchema(yaml: Self.document)
        let next = try NetworkSchema(
            yaml: Self.document.replacing("version: 1", with: "version: 2").replacing(", by: part", with: "")
        )
        #expect(throws: SchemaError.self) { try first.checkSuccessor(next) }
    }
}
