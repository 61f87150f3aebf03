import NetworkSchema
import Testing

@Suite("The design's example")
struct CornerTests {
    private let schema: NetworkSchema

    init() throws { schema = try NetworkSchema(yaml: CornerSchema.document) }

    @Test("keeps its head and its text, byte for byte")
    func head() {
        #expect(schema.name == "corner")
        #expect(schema.version == 3)
        #expect(schema.currency == "CNY")
        #expect(schema.document == CornerSchema.document)
        #expect(schema.tables.map(\.name) == ["product", "stock", "customer_order", "order_line", "transfer"])
    }

    @Test("knows who receives and who writes each table")
    func authority() {
        #expect(
            schema.tables.map(\.scopes) == [
                [.network], [.store(column: 0)], [.store(column: 1)], [.parent(table: "customer_order", by: 0)],
                [.store(column: 1), .store(column: 2)],
            ]
        )
        #expect(schema.tables.map(\.writer) == [.hub, .store, .any, .any, .storeNamed(column: 1)])
        #expect(schema.tables.map(\.isImmutable) == [false, false, false, true, false])
        #expect(schema.tables.map(\.key) == [[0], [0, 1], [0], [0, 1], [0]])
    }

    @Test("gives each column its type, rule, default, check and writer")
    func columns() throws {
        let product = try #require(schema.table(named: "product")?.table)
        #expect(product.columns[1] == Column(name: "name", type: .text))
        #expect(
            product.columns[3]
                == Column(name: "shelf_days", type: .integer, defaultValue: .integer(0), check: "shelf_days >= 0")
        )
        let stock = try #require(schema.table(named: "stock")?.table)
        #expect(stock.columns[2] == Column(name: "on_hand", type: .integer, merge: .counter))
        let escrow = Escrow(floor: 0, hubSharePercent: 30, step: 1, mint: nil)
        #expect(stock.columns[3] == Column(name: "available", type: .integer, merge: .escrow(escrow), writer: .any))
        let order = try #require(schema.table(named: "customer_order")?.table)
        #expect(order.columns[0] == Column(name: "id", type: .id))
        #expect(order.columns[4] == Column(name: "handed_over_at", type: .time, merge: .first, writer: .store))
        #expect(order.columns[6].generated?.hasPrefix("CASE WHEN handed_over_at") == true)
        #expect(order.values == [1, 2, 3, 4, 5])
        let transfer = try #require(schema.table(named: "transfer")?.table)
        #expect(transfer.columns[1] == Column(name: "from_store", type: .text, isRequired: true))
        #expect(transfer.columns[6].writer == .storeNamed(column: 2))
    }

    @Test("hangs the reservation of stock on the insert of an order line")
    func effects() {
        #expect(schema.tables.map(\.effects.count) == [0, 0, 0, 1, 0])
        let effect = schema.tables[3].effects[0]
        #expect(effect.event == .insert)
        #expect(effect.statement.hasPrefix("UPDATE stock SET available = available - NEW.quantity WHERE"))
        #expect(!effect.isOptional)
    }

    @Test("has one exception view and one index")
    func viewsAndIndexes() {
        #expect(schema.views.map(\.name) == ["exception_cancelled_but_handed_over"])
        #expect(schema.views[0].isException)
        #expect(
            schema.indexes
                == [
                    NetworkSchema.Index(
                        name: "order_by_store",
                        table: "customer_order",
                        columns: ["store_id", "placed_at"]
                    )
                ]
        )
    }
}
