import NetworkSchema
import Testing

@Suite("The next version of a schema")
struct EvolutionTests {
    @Test(
        "may add a table, columns, a group, a view, an index and effects, and write SQL in other lines",
        arguments: [
            [],
            [
                (
                    "  stock:\n",
                    "  price: {scope: network, writer: hub, key: [id], columns: {id: {type: id}}}\n  stock:\n"
                )
            ],
            [("      b:", "      c: {type: blob}\n      b:")],
            [("      b:", "      c: {type: integer, required: true, default: 5}\n      b:")],
            [("      b:", "      c: {type: integer, merge: escrow, mint: {store: store_id}}\n      b:")],
            [("      b:", "      c: {type: text, generated: \"lower(b)\"}\n      b:")],
            [("      b:", "      c: {type: text}\n      d: {type: text}\n      b:"), ("[[a, b]]", "[[c, d], [b, a]]")],
            [("views: {", "views: {high: \"SELECT 1\", ")],
            [("indexes: {", "indexes: {by_b: {table: stock, columns: [b]}, ")],
            [("insert: [", "delete: \"UPDATE stock SET b = 'z' WHERE sku = 'z'\", insert: [")],
            [("insert: [", "insert: [\"DELETE FROM stock WHERE sku = 'z'\", ")],
            [("DELETE FROM stock WHERE sku = 'x'", "delete  from stock /* all */ where sku = 'x'")],
            [("SELECT * FROM stock WHERE", "SELECT  *  FROM  stock  where")], [("length(a) > 1", "length( a )>1")],
            [("[{store: store_id}, {region: region}]", "[{region: region}, {store: store_id}]")],
        ] as [[(String, String)]]
    )
    func additions(_ changes: [(String, String)]) throws {
        try shop(version: 1).checkSuccessor(shop(changes))
    }

    @Test("is of the same schema, one version on, and in the same money")
    func head() throws {
        let old = try shop(version: 4)
        func refusal(_ next: NetworkSchema) -> String? {
            do {
                try old.checkSuccessor(next)
                return nil
            } catch { return String(describing: error) }
        }
        #expect(
            try refusal(shop(schema: "other", version: 5))
                == "line 1: this is schema \"other\", and the network has \"shop\"; write schema: shop"
        )
        #expect(try refusal(shop(version: 4)) == "line 2: version 4 is what the network has; write version: 5")
        #expect(try refusal(shop(version: 6)) == "line 2: version 6 does not follow version 4; write version: 5")
        #expect(
            try refusal(shop(version: 5, currency: "EUR"))
                == "line 3: amounts stored in CNY would be read as EUR; "
                + "write currency: CNY, and keep other currencies in columns of their own"
        )
        #expect(try refusal(shop(version: 5)) == nil)
    }

    @Test("may keep SQL that nobody can split into tokens, if it is the same to the byte")
    func unreadableSQL() throws {
        var (old, next) = (try shop(version: 1), try shop())
        old.views[0].select = "SELECT 'open"
        next.views[0].select = "SELECT 'open"
        try old.checkSuccessor(next)
        next.views[0].select = "SELECT  'open"
        #expect(throws: SchemaError.self) { try old.checkSuccessor(next) }
    }

    @Test("is refused without a line when it was made in code")
    func inCode() throws {
        let old = try shop(version: 1)
        var next = old
        next.version = 2
        next.document = ""
        next.tables.removeLast()
        do {
            try old.checkSuccessor(next)
            Issue.record("accepted a lost table")
        } catch {
            #expect(error.line == nil)
            #expect(error.reason.hasPrefix("table stock is gone"))
        }
    }
}
