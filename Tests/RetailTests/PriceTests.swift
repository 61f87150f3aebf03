import Testing

@Suite("Prices")
struct PriceTests {
    @Test("The most specific price wins, from its time until its time")
    func levels() throws {
        let shop = try Shop.store()
        let tea = "SELECT level, amount FROM price_here WHERE sku = 'tea'"
        #expect(try shop.rows(tea) == "network|1000")
        try shop.receive("INSERT INTO price(sku, amount, valid_from) VALUES ('tea', 1100, 1)")
        #expect(try shop.rows(tea) == "network|1100")
        try shop.receive("INSERT INTO price(sku, amount, valid_from) VALUES ('tea', 9900, 99999999999999)")
        #expect(try shop.rows(tea) == "network|1100")
        try shop.receive(
            "INSERT INTO region_price(region, sku, amount) VALUES ('hills', 'tea', 1), ('town', 'tea', 900)"
        )
        #expect(try shop.rows(tea) == "region|900")
        try shop.receive("INSERT INTO store_price(store_id, sku, amount, valid_until) VALUES ('north', 'tea', 850, 5)")
        #expect(try shop.rows(tea) == "region|900")
        try shop.receive("INSERT INTO store_price(store_id, sku, amount, valid_from) VALUES ('north', 'tea', 855, 6)")
        #expect(try shop.rows(tea) == "store|855")
    }

    @Test("A percentage off counts at its time of day by the store's clock, the greatest alone, rounded half up")
    func markdowns() throws {
        let shop = try Shop.store()
        let tea = "SELECT percent, amount FROM price_here WHERE sku = 'tea'"
        let minute = try shop.number("SELECT minute FROM here_now")
        // Not at the last minute of a day: the next would be another one.
        guard (1..<1438).contains(minute) else { return }
        try shop.receive("UPDATE price SET amount = 333; UPDATE product SET category = 'drinks'")
        try shop.receive(
            """
            INSERT INTO markdown(id, sku, percent, from_minute, until_minute) VALUES
              ('past', 'tea', 90, 0, \(minute)), ('now', 'tea', 50, \(minute), \(minute + 2)),
              ('later', 'tea', 80, \(minute + 2), 1440);
            INSERT INTO markdown(id, category, percent) VALUES ('drinks', 'drinks', 20);
            INSERT INTO markdown(id, sku, region, percent) VALUES ('hills', 'tea', 'hills', 95);
            """
        )
        #expect(try shop.rows(tea) == "50|167")
        try shop.receive("DELETE FROM markdown WHERE id = 'now'")
        #expect(try shop.rows(tea) == "20|266")
        try shop.run("INSERT INTO store_markdown(store_id, sku, percent) VALUES ('north', 'tea', 30)")
        #expect(try shop.rows(tea) == "30|233")
    }

    @Test("A price written at a store is refused there")
    func refused() throws {
        let shop = try Shop.store()
        for statement in [
            "UPDATE price SET amount = 1", "INSERT INTO region_price(region, sku, amount) VALUES ('town', 'tea', 1)",
            "INSERT INTO store_price(store_id, sku, amount) VALUES ('north', 'tea', 1)",
        ] {
            #expect(try shop.refusal(statement)?.contains("linli: not yours: ") == true, "\(statement)")
        }
    }
}
