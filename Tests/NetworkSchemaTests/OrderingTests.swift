import NetworkSchema
import Testing

@Suite("Numbers on the wire, through versions")
struct OrderingTests {
    private static let first = """
        schema: shop
        version: 1
        currency: CNY
        tables:
          order:
            scope: [{store: seller}, {store: buyer}]
            writer: {store: seller}
            key: [number, seller]
            columns:
              seller: {type: text}
              buyer: {type: text}
              number: {type: integer}
              note: {type: text}
              tag: {type: text}
              paid_at: {type: time, merge: first, writer: {store: buyer}}
              open: {type: integer, merge: escrow, mint: {store: seller}}
            together: [[note, tag]]
            effects: {insert: ["DELETE FROM rest WHERE id = 'a'", "DELETE FROM rest WHERE id = 'b'"], set: {paid_at: "DELETE FROM rest WHERE id = 'c'"}}
          rest: {scope: network, writer: any, key: [id], columns: {id: {type: id}}}
        views: {one: "SELECT 1", two: "SELECT 2"}
        indexes: {by_note: {table: order, columns: [note]}, by_tag: {table: order, columns: [tag]}}
        """

    /// The same, with everything listed in another order, and something new before and between.
    private static let second = """
        schema: shop
        version: 2
        currency: CNY
        indexes:
          {by_new: {table: order, columns: [fresh]}, by_tag: {table: order, columns: [tag]}, by_note: {table: order, columns: [note]}}
        views: {new_one: "SELECT 3", two: "SELECT 2", one: "SELECT 1"}
        tables:
          fresh: {scope: {parent: rest, by: rest_id}, writer: hub, key: [id], columns: {rest_id: {type: text}, id: {type: id}}}
          rest: {scope: network, writer: any, key: [id], columns: {note: {type: text}, id: {type: id}}}
          order:
            together: [[tag, note]]
            effects: {set: {paid_at: ["DELETE FROM rest WHERE id = 'd'", "DELETE FROM rest WHERE id = 'c'"]}, insert: ["DELETE FROM rest WHERE id = 'b'", "DELETE FROM rest WHERE id = 'a'"]}
            columns:
              fresh: {type: text, writer: {store: buyer}}
              open: {type: integer, merge: escrow, mint: {store: seller}}
              paid_at: {type: time, merge: first, writer: {store: buyer}}
              tag: {type: text}
              note: {type: text}
              number: {type: integer}
              buyer: {type: text}
              seller: {type: text}
            key: [number, seller]
            writer: {store: seller}
            scope: [{store: buyer}, {store: seller}]
        """

    @Test("stay what they were, and new ones come after, in whatever order the document lists them")
    func ordered() throws {
        let old = try NetworkSchema(yaml: Self.first)
        let next = try NetworkSchema(yaml: Self.second)
        try old.checkSuccessor(next)

        let schema = next.ordered(like: old)

        #expect(schema.tables.map(\.name) == ["order", "rest", "fresh"])
        #expect(
            schema.tables[0].columns.map(\.name)
                == ["seller", "buyer", "number", "note", "tag", "paid_at", "open", "fresh"]
        )
        #expect(schema.tables[1].columns.map(\.name) == ["id", "note"])
        #expect(schema.views.map(\.name) == ["one", "two", "new_one"])
        #expect(schema.indexes.map(\.name) == ["by_note", "by_tag", "by_new"])
        #expect(schema.document == Self.second)
    }

    @Test("inside of a table follow the columns that they name")
    func inside() throws {
        let old = try NetworkSchema(yaml: Self.first)
        let table = try NetworkSchema(yaml: Self.second).ordered(like: old).tables[0]

        #expect(table.key == [2, 0])
        #expect(table.scopes == [.store(column: 0), .store(column: 1)])
        #expect(table.writer == .storeNamed(column: 0))
        #expect(table.together == [[3, 4]])
        #expect(table.columns[5].writer == .storeNamed(column: 1))
        #expect(table.columns[6].merge == .escrow(Escrow(mint: .storeNamed(column: 0))))
        #expect(table.columns[7].writer == .storeNamed(column: 1))
        #expect(table.effects.map { String($0.statement.suffix(3)) } == ["'a'", "'b'", "'c'", "'d'"])
        #expect(table.effects.map(\.event) == [.insert, .insert, .set(column: 5), .set(column: 5)])
    }

    @Test("of the column that says who holds which part of the rights follow it")
    func shareColumn() throws {
        func document(_ version: Int, fresh: String) -> String {
            """
            schema: shop
            version: \(version)
            currency: CNY
            tables:
              stock:
                scope: {store: shop}
                writer: any
                key: [shop, sku]
                columns:
                  shop: {type: text}
                  sku: {type: text}
                  \(fresh)
                  open: {type: integer, merge: escrow, share: {hub: 10, by: part}}
                  part: {type: integer, writer: hub}
            """
        }
        let old = try NetworkSchema(yaml: document(1, fresh: "note: {type: text}"))
        let next = try NetworkSchema(yaml: document(2, fresh: "fresh: {type: text}\n      note: {type: text}"))
        try old.checkSuccessor(next)
        let schema = next.ordered(like: old)
        let place = try #require(schema.tables[0].columns.firstIndex { $0.name == "part" })
        #expect(schema.tables[0].columns[3].merge == .escrow(Escrow(hubSharePercent: 10, hubShareColumn: place)))
        try schema.checkSuccessor(
            NetworkSchema(yaml: document(3, fresh: "fresh: {type: text}\n      note: {type: text}"))
        )
    }

    @Test("of a new table stand as its document lists them")
    func newTable() throws {
        let old = try NetworkSchema(yaml: Self.first)
        let table = try NetworkSchema(yaml: Self.second).ordered(like: old).tables[2]
        #expect(table.columns.map(\.name) == ["rest_id", "id"])
        #expect(table.scopes == [.parent(table: "rest", by: 0)])
        #expect(table.key == [1])
    }

    @Test("follow from the chain of documents, which is refused when one does not succeed the one before")
    func history() throws {
        let old = try NetworkSchema(yaml: Self.first)
        let next = try NetworkSchema(yaml: Self.second)
        #expect(try NetworkSchema(history: [Self.first]) == old)
        #expect(try NetworkSchema(history: [Self.first, Self.second]) == next.ordered(like: old))
        #expect(throws: SchemaError.self) { try NetworkSchema(history: [Self.second, Self.first]) }
        #expect(throws: SchemaError.self) { try NetworkSchema(history: [Self.first, Self.first]) }
        #expect(throws: SchemaError.self) { try NetworkSchema(history: []) }
    }

    @Test("survive a schema that lost a part, so that no caller can trap")
    func lostPart() throws {
        var old = try NetworkSchema(yaml: Self.second)
        old.tables[2].columns.append(Column(name: "lost", type: .text))
        let schema = try NetworkSchema(yaml: Self.first).ordered(like: old)
        #expect(schema.tables.map(\.name) == ["rest", "order"])
        #expect(schema.tables[1].key.map { schema.tables[1].columns[$0].name } == ["number", "seller"])
    }
}
