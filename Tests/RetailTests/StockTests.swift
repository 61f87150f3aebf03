import SplitMix
import Testing

@Suite("Stock, promises and facts")
struct StockTests {
    @Test("A unit is promised, handed over, and gone once")
    func promised() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 5000)
        try shop.order("o", "tea", 2000)
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "5000|3000|0")
        try shop.expectBalance()
        try shop.handOver("h", order: "o", "tea", 2000)
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "3000|3000|0")
        #expect(
            try shop.rows("SELECT status, handed_over_by, hand_overs, open_at FROM customer_order")
                == "handed_over|north|1|-"
        )
        try shop.expectBalance()
        try shop.run("INSERT INTO order_payment(order_id, amount) VALUES ('o', 10)")
        #expect(try shop.exceptions() == [:])
    }

    @Test("Without rights a promise is refused, and a sale is not")
    func refused() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 1000)
        try shop.order("o", "tea", 1000)
        let refusal = try shop.refusal(
            """
            INSERT INTO customer_order(id, store_id) VALUES ('p', 'north');
            INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('p', 1, 'tea', 1000);
            """
        )
        #expect(refusal?.contains("linli: no rights: stock.available") == true)
        try shop.sell("s", "tea", 1000)
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "0|0|1000")
        try shop.expectBalance()
    }

    @Test("A counter sale of a unit that is promised goes through and yields exactly one exception")
    func counterSale() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 1000)
        try shop.order("o", "tea", 1000)
        try shop.sell("s", "tea", 1000)
        #expect(try shop.exceptions() == ["shortfall": 1])
        let receipt = try shop.rows("SELECT receipt FROM sale")
        #expect(receipt.hasPrefix("north-abcdef-"))
        #expect(
            try shop.rows("SELECT subject, order_id, receipt, short, since > 0 FROM exception_shortfall")
                == "north/tea|o|\(receipt)|1000|1"
        )
        try shop.run(
            """
            INSERT INTO settlement(exception, subject, since, store_id, settled_at)
              SELECT 'shortfall', subject, since, store_id, 1 FROM exception_shortfall
            """
        )
        #expect(try shop.exceptions() == [:])
    }

    @Test("What was sold beyond the rights is paid by the units that come in next, before any is promised again")
    func paid() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 1000)
        try shop.order("o", "tea", 1000)
        try shop.sell("s", "tea", 1000)
        try shop.receiveGoods("tea", 3000)
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "3000|2000|0")
        try shop.expectBalance()
        #expect(try shop.exceptions() == [:])
    }

    @Test("A cancellation gives a unit back once, by the store that holds it")
    func cancelled() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 2000)
        try shop.order("o", "tea", 2000)
        try shop.run("UPDATE customer_order SET cancelled_at = 9 WHERE id = 'o'")
        #expect(try shop.rows("SELECT available FROM stock") == "0")
        try shop.release()
        try shop.release()
        #expect(try shop.rows("SELECT available, overdrawn FROM stock") == "2000|0")
        #expect(try shop.rows("SELECT released_by, open_at FROM customer_order") == "north|-")
        try shop.expectBalance()
        let again = try shop.refusal(
            "INSERT INTO order_release(order_id, line, store_id, sku, quantity, released_at) VALUES ('o', 1, 'north', 'tea', 2000, 70)"
        )
        #expect(again != nil)
        #expect(try shop.exceptions() == [:])
    }

    @Test("Handed over after it was given back, or twice, it needs rights like a sale")
    func handedOverTwice() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 2000)
        try shop.order("o", "tea", 1000)
        try shop.run("UPDATE customer_order SET cancelled_at = 9 WHERE id = 'o'")
        try shop.release()
        try shop.handOver("h1", order: "o", "tea", 1000)
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "1000|1000|0")
        try shop.expectBalance()
        #expect(try shop.exceptions() == ["cancelled_but_handed_over": 1])
        try shop.handOver("h2", order: "o", "tea", 1000)
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "0|0|0")
        try shop.expectBalance()
        #expect(try shop.exceptions() == ["handed_over_twice": 1])
        #expect(try shop.rows("SELECT first_store, second_store FROM exception_handed_over_twice") == "north|north")
    }

    @Test("A return brings units back, a count puts right what is there, waste goes")
    func countsAndWaste() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 4000)
        try shop.sell("s", "tea", 3000)
        try shop.sell("r", "tea", -1000)
        #expect(try shop.rows("SELECT on_hand, available FROM stock") == "2000|2000")
        try shop.run("INSERT INTO stock_move(store_id, sku, quantity, reason) VALUES ('north', 'tea', -500, 'waste')")
        try shop.expectBalance()
        try shop.run("INSERT INTO stock_count(store_id, sku, counted, counted_at) VALUES ('north', 'tea', 1200, 77)")
        #expect(try shop.rows("SELECT on_hand, available, counted_at FROM stock") == "1200|1200|77")
        #expect(try shop.rows("SELECT quantity FROM stock_move WHERE reason = 'count'") == "-300")
        try shop.expectBalance()
        #expect(try shop.exceptions() == [:])
    }

    @Test("A product that the books never heard of is sold all the same, and the count puts it right")
    func unknown() throws {
        let shop = try Shop.store()
        try shop.sell("s", "mystery", 1000)
        #expect(try shop.rows("SELECT sku, on_hand, available, overdrawn FROM stock") == "mystery|-1000|0|1000")
        try shop.expectBalance()
        #expect(try shop.exceptions() == ["negative_on_hand": 1])
        try shop.run("INSERT INTO stock_count(store_id, sku, counted) VALUES ('north', 'mystery', 2000)")
        #expect(try shop.rows("SELECT on_hand, available, overdrawn FROM stock") == "2000|2000|0")
        #expect(try shop.exceptions() == [:])
        try shop.sell("r", "gift", -1000)
        #expect(try shop.rows("SELECT on_hand, available FROM stock WHERE sku = 'gift'") == "1000|1000")
        try shop.expectBalance()
    }

    @Test("Any order of facts keeps the law of the stock row", arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func anyOrder(seed: UInt64) throws {
        let shop = try Shop.store()
        var random = SplitMix64(seed: seed)
        var open: [String] = []
        for number in 0..<150 {
            let quantity = Int64(random.below(4) + 1) * 500
            switch random.below(8) {
            case 0: try shop.receiveGoods("tea", quantity)
            case 1, 2: try shop.sell("s\(number)", "tea", quantity)
            case 3: try shop.sell("r\(number)", "tea", -quantity)
            case 4, 5:
                guard try shop.number("SELECT coalesce(sum(available), 0) FROM stock") >= quantity else { continue }
                try shop.order("o\(number)", "tea", quantity)
                open.append("o\(number)")
            case 6:
                guard let order = open.randomElement(using: &random) else { continue }
                let units = try shop.number("SELECT quantity FROM order_line WHERE order_id = '\(order)'")
                try shop.handOver("h\(number)", order: order, "tea", units)
            default:
                guard let order = open.randomElement(using: &random) else { continue }
                try shop.run("UPDATE customer_order SET cancelled_at = 9 WHERE id = '\(order)'")
                try shop.release()
            }
            if number % 10 == 0 {
                try shop.run(
                    "INSERT INTO stock_count(store_id, sku, counted) VALUES ('north', 'tea', \(random.below(9) * 500))"
                )
            }
            try shop.expectBalance()
        }
        #expect(try shop.number("SELECT min(available) FROM stock") >= 0, "seed \(seed)")
    }
}
