import NetworkSchema
import Testing

@Suite("An effect")
struct EffectTests {
    private func read(_ text: String) throws -> [Effect] { try NetworkSchema(yaml: effects(text)).tables[0].effects }

    @Test("is a text, a mapping that may be optional, or a list of these, and keeps the document's order")
    func forms() throws {
        let one = "UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku"
        let two = "DELETE FROM stock WHERE sku = NEW.sku"
        let three = "DELETE FROM stock WHERE sku = OLD.sku"
        let text =
            "{set: {ready_at: \"\(one)\"}, insert: [\"\(one)\", {sql: \"\(two)\", optional: true}], delete: \"\(three)\"}"
        #expect(
            try read(text) == [
                Effect(event: .set(column: 4), statement: one),
                Effect(event: .insert, statement: one),
                Effect(event: .insert, statement: two, isOptional: true),
                Effect(event: .delete, statement: three),
            ]
        )
    }

    @Test(
        "may be any INSERT, UPDATE or DELETE that SQLite takes in a trigger",
        arguments: [
            "INSERT INTO move (units) SELECT on_hand FROM stock WHERE sku = NEW.sku ORDER BY 1 LIMIT 1",
            "INSERT INTO stock (store_id, sku, on_hand) VALUES (NEW.store_id, NEW.sku, 1) "
                + "ON CONFLICT (store_id, sku) DO UPDATE SET on_hand = on_hand + 1",
            "INSERT INTO \"stock\" (store_id, sku) VALUES ('a', 'b') ON CONFLICT DO NOTHING",
            "UPDATE [stock] SET on_hand = (SELECT max(1, 2)), (on_hand, on_hand) = (1, 2) WHERE stock.on_hand > NEW.sku",
            "UPDATE stock SET on_hand = on_hand IS DISTINCT FROM 1 FROM move, price WHERE stock.sku = NEW.sku AND move.id > ''",
            "DELETE FROM stock WHERE sku IN (SELECT sku FROM price) AND NEW.note = 'it; is -- quoted /* here'",
            "UPDATE customer_order SET note = 'seen' WHERE id = NEW.id",
            "update stock set on_hand = new.sku where (SELECT role FROM linli_node) = 'store'",
        ]
    )
    func statements(_ statement: String) throws {
        let effects = try read("{insert: '\(statement.replacing("'", with: "''"))'}")
        #expect(effects == [Effect(event: .insert, statement: statement)])
    }

    @Test("may set off another, as long as nothing comes back")
    func chain() throws {
        let document = effects(
            "{insert: \"INSERT INTO move (units) VALUES (1)\"}",
            onMove: "{insert: \"UPDATE stock SET on_hand = 1 WHERE sku = NEW.id\"}"
        )
        #expect(try NetworkSchema(yaml: document).tables.map(\.effects.count) == [1, 0, 1, 0])
    }
}
