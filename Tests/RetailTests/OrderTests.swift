import Testing

@Suite("Orders, money and other stores")
struct OrderTests {
    @Test("What is paid, given back and due adds up, and what does not is exactly one exception")
    func money() throws {
        let shop = try Shop.store()
        try shop.receiveGoods("tea", 9000)
        for id in ["paid", "unpaid", "twice", "refunded", "cancelled", "gone"] { try shop.order(id, "tea", 1000) }
        for id in ["paid", "twice", "refunded", "cancelled", "gone"] {
            try shop.run("INSERT INTO order_payment(order_id, amount, paid_at) VALUES ('\(id)', 10, 6)")
        }
        try shop.run("INSERT INTO order_payment(order_id, amount, paid_at) VALUES ('twice', 10, 7)")
        for id in ["paid", "unpaid", "refunded"] { try shop.handOver("h-\(id)", order: id, "tea", 1000) }
        try shop.run("UPDATE customer_order SET cancelled_at = 8 WHERE id IN ('refunded', 'cancelled', 'gone')")
        for id in ["refunded", "gone"] {
            try shop.run("INSERT INTO refund(order_id, amount, refunded_at) VALUES ('\(id)', 10, 60)")
        }
        #expect(
            try shop.rows("SELECT id, trouble FROM customer_order ORDER BY id")
                == "cancelled|overpaid;gone|-;paid|-;refunded|refunded_but_handed_over;twice|overpaid;unpaid|handed_over_unpaid"
        )
        #expect(try shop.exceptions() == ["refunded_but_handed_over": 1, "handed_over_unpaid": 1, "overpaid": 2])
        #expect(
            try shop.rows("SELECT id, since, handed_over_at, refunded_at, due FROM exception_refunded_but_handed_over")
                == "refunded|60|50|60|10"
        )
        #expect(
            try shop.rows("SELECT id, since, too_much FROM exception_overpaid ORDER BY id")
                == "cancelled|8|10;twice|7|10"
        )
        #expect(try shop.rows("SELECT id, missing FROM exception_handed_over_unpaid") == "unpaid|10")
    }

    @Test("A taken-over order is promised where it goes, given back where it was, and handed over elsewhere is told")
    func takenOver() throws {
        let north = try Shop.store()
        try north.receiveGoods("tea", 1000)
        try north.order("o", "tea", 1000)
        // The hub moved it to south: here the order is evicted, and the take-over arrives.
        try north.receive(
            """
            INSERT INTO take_over(id, order_id, from_store, to_store, taken_over_at) VALUES ('t', 'o', 'north', 'south', 30);
            INSERT INTO take_over_line(take_over_id, line, order_id, from_store, to_store, sku, quantity)
              VALUES ('t', 1, 'o', 'north', 'south', 'tea', 1000);
            DELETE FROM order_line; DELETE FROM customer_order;
            """
        )
        #expect(try north.rows("SELECT store_id, order_id, quantity FROM promise") == "north|o|1000")
        try north.release()
        #expect(try north.rows("SELECT available FROM stock") == "1000")
        try north.expectBalance()

        let hub = try Shop.hub()
        try hub.run("INSERT INTO store(store_id, region) VALUES ('north', 'town'), ('south', 'town')")
        try hub.receive(
            """
            INSERT INTO stock(store_id, sku, on_hand, available) VALUES ('north', 'tea', 1000, 0), ('south', 'tea', 1000, 1000);
            INSERT INTO linli_held_stock(store_id, sku, available) VALUES ('south', 'tea', 1000);
            INSERT INTO customer_order(id, store_id, due) VALUES ('o', 'north', 10);
            INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('o', 1, 'tea', 1000);
            """
        )
        try hub.run(
            """
            INSERT INTO take_over(id, order_id, from_store, to_store, taken_over_at) VALUES ('t', 'o', 'north', 'south', 30);
            INSERT INTO take_over_line(take_over_id, line, order_id, from_store, to_store, sku, quantity)
              VALUES ('t', 1, 'o', 'north', 'south', 'tea', 1000);
            """
        )
        #expect(try hub.rows("SELECT store_id, open_at FROM customer_order") == "south|south")
        #expect(try hub.rows("SELECT store_id FROM promise ORDER BY 1") == "north;south")
        #expect(try hub.rows("SELECT store_id, available FROM stock ORDER BY 1") == "north|0;south|0")
        // North had handed it over while it was away.
        try hub.receive(
            """
            INSERT INTO hand_over(id, order_id, store_id, handed_over_at) VALUES ('h', 'o', 'north', 20);
            UPDATE customer_order SET handed_over_at = 20, handed_over_by = 'north', hand_overs = 1, paid = 10;
            """
        )
        #expect(try hub.exceptions() == ["handed_over_elsewhere": 1])
        #expect(
            try hub.rows(
                "SELECT store_id, handed_over_by, handed_over_at, taken_over_at FROM exception_handed_over_elsewhere"
            )
                == "south|north|20|30"
        )
        #expect(try hub.rows("SELECT store_id, order_id FROM release_due") == "south|o")
    }

    @Test("Goods sent and not all received are one exception that names both stores")
    func transfer() throws {
        let north = try Shop.store()
        try north.receiveGoods("tea", 3000)
        try north.run(
            """
            INSERT INTO transfer(id, from_store, to_store, sent_at) VALUES ('t', 'north', 'south', 10);
            INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity) VALUES ('t', 1, 'north', 'tea', 3000);
            """
        )
        #expect(try north.rows("SELECT on_hand, available FROM stock") == "0|0")
        try north.expectBalance()
        let more = try north.refusal(
            "INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity) VALUES ('t', 2, 'north', 'tea', 1000)"
        )
        #expect(more?.contains("linli: no rights: stock.available") == true)

        let south = try Shop.store("south")
        try south.receive(
            """
            INSERT INTO transfer(id, from_store, to_store, sent_at) VALUES ('t', 'north', 'south', 10);
            INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity) VALUES ('t', 1, 'north', 'tea', 3000);
            """
        )
        try south.run(
            """
            INSERT INTO transfer_receipt(transfer_id, from_store, to_store, sku, quantity, received_at)
              VALUES ('t', 'north', 'south', 'tea', 2000, 40)
            """
        )
        #expect(try south.rows("SELECT on_hand, available FROM stock") == "2000|2000")
        try south.expectBalance()
        #expect(try south.exceptions() == ["transfer_mismatch": 1])
        #expect(
            try south.rows(
                "SELECT subject, from_store, sent, to_store, received, difference, since FROM exception_transfer_mismatch"
            )
                == "t/tea|north|3000|south|2000|-1000|40"
        )
    }

    @Test("Orders at a closed store, and rights that nobody can spend, are told")
    func closed() throws {
        let hub = try Shop.hub()
        try hub.run("INSERT INTO store(store_id) VALUES ('north')")
        try hub.receive(
            """
            INSERT INTO stock(store_id, sku, on_hand, available) VALUES ('north', 'tea', 5000, 5000);
            INSERT INTO linli_others_stock(store_id, sku, "column", node, units)
              VALUES ('north', 'tea', 'available', 'north', 3000), ('north', 'tea', 'available', 'north#1', 2000);
            INSERT INTO customer_order(id, store_id, placed_at) VALUES ('o', 'north', 5);
            """
        )
        #expect(try hub.exceptions() == ["stranded_rights": 1])
        try hub.run("UPDATE store SET closed_at = 100")
        #expect(try hub.exceptions() == ["stranded_rights": 2, "order_at_closed_store": 1])
        #expect(try hub.rows("SELECT id, since, closed_at FROM exception_order_at_closed_store") == "o|100|100")
        #expect(
            try hub.rows("SELECT holder, units FROM exception_stranded_rights ORDER BY 1") == "north|3000;north#1|2000"
        )
    }
}
