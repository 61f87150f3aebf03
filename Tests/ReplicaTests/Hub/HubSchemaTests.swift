import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("A later schema version at the hub")
struct HubSchemaTests {
    private func later() throws -> NetworkSchema {
        var document = HubCorner.document.replacing("version: 1\n", with: "version: 2\n")
        document = document.replacing(
            "      price: {type: integer, check: \"price >= 0\"}\n",
            with: "      price: {type: integer, check: \"price >= 0\"}\n      unit:  {type: text, default: \"piece\"}\n")
        document += """

              visit:
                scope: {store: store_id}
                immutable: true
                writer: store
                key: [id]
                columns:
                  id:       {type: id}
                  store_id: {type: text}
            """.split(separator: "\n", omittingEmptySubsequences: false).map { $0.dropFirst(4) }
            .joined(separator: "\n")
        return try NetworkSchema(yaml: document)
    }

    @Test("New columns and tables work at once; rows are not sent again; older changesets are taken")
    func additive() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try world.write("INSERT INTO product VALUES ('milk', 'Milk', 500)")
        try east.push(east.insert("board", ["k": text("a"), "text": text("t")]))
        try east.read()
        try world.application.use { sql in try sql.execute("UPDATE product SET price = 1") }
        try world.hub.adoptSchema(later(), nowMilliseconds: world.now)
        #expect(try world.rows("SELECT sku, price, unit FROM product") == ["milk|1|piece"])
        // What was captured before came down; nothing else did.
        let round = try east.read()
        #expect(round.shown(world.plan) == ["product:milk (Milk,1,piece)"])
        #expect(round.checkpoint?.schemaVersion == 2)
        #expect(round.chunks.allSatisfy { $0.schemaVersion == 2 })
        // The store has not taken the new version over yet.
        try east.push(east.update("board", ["k": text("a"), "text": text("old hand")]))
        #expect(try world.rows("SELECT text FROM board") == ["old hand"])
        try world.write("UPDATE product SET unit = 'litre'")
        #expect(try east.read().shown(world.plan) == ["product:milk (Milk,1,litre)"])
        try world.restart()
        #expect(try world.rows("SELECT count(*) FROM linli_row_visit") == ["0"])
        #expect(try east.read(isComplete: true).entries.count == 2)
    }

    @Test("An insert under the older version gets the new columns' defaults")
    func defaults() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let row = try east.insert("shelf", ["region": text("north"), "id": int(1), "name": text("top")])
        let document = HubCorner.document.replacing("version: 1\n", with: "version: 2\n").replacing(
            "      name:   {type: text}\n  ledger", with: "      name:   {type: text}\n      depth:  {type: integer, default: 40}\n  ledger")
        try world.hub.adoptSchema(NetworkSchema(yaml: document), nowMilliseconds: world.now)
        try east.push(row)
        #expect(try world.rows("SELECT id, name, depth FROM shelf") == ["1|top|40"])
    }

    @Test("A version that is not later changes nothing")
    func notLater() throws {
        let world = try HubWorld()
        try world.hub.adoptSchema(HubCorner.schema(), nowMilliseconds: world.now)
        #expect(try world.rows("SELECT count(*) FROM linli_schema") == ["1"])
    }
}
