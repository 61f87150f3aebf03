import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The last units of a product")
    struct RightsStory {
        private static let stock = "SELECT available FROM stock WHERE store_id = 'north' AND sku = 'cake'"
        private static let orderLine =
            "INSERT INTO order_line(order_id, line, sku, quantity) VALUES (?, 1, 'cake', 1000)"

        @Test("are promised once each by two sellers that cannot see each other, and then refused at once")
        func twoSellers() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try await open(world)
                let watches = try ["hub", "north"].map { try RightsWatch(world, node: $0) }
                try world.cut("north")
                var promised = 0
                for (turn, seller) in ["north", "hub", "north", "hub"].enumerated() {
                    for number in 0..<10 {
                        let order = Value("\(seller)-\(turn)-\(number)")
                        try world.till(seller).write(
                            "INSERT INTO customer_order(id, store_id) VALUES (?, 'north')",
                            order
                        )
                        let began = ContinuousClock.now
                        let refusal = try world.till(seller).refusal(of: Self.orderLine, order)
                        // Nobody can be asked: an answer that waited for one would not come at all.
                        #expect(ContinuousClock.now - began < .seconds(2))
                        if refusal == nil {
                            promised += 1
                        } else {
                            #expect(refusal?.contains("linli: no rights: stock.available") == true)
                        }
                    }
                }
                #expect(promised == 10)
                try world.heal("north")
                try world.expectAgreement()
                try world.expectSame(Self.stock, at: ["hub", "north"], [[0]])
                try world.expectSame("SELECT count(*) FROM linli_quarantine", [[0]])
                for watch in watches { try watch.end() }
            }
        }

        @Test(
            "that were granted while cut off can be spent by nobody until the grant arrives, and then by the receiver"
        )
        func grantWhileCut() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.shelf) { world in
                try world.till("north").write("INSERT INTO shelf VALUES ('north', 'cake', 10)")
                try world.network.settle()
                try world.cut("north")
                try world.till("north").write(
                    """
                    INSERT INTO linli_grant("table", "key", "column", "to", units)
                    VALUES ('shelf', json_array('north', 'cake'), 'available', 'hub', 8)
                    """
                )
                let promise = "INSERT INTO promise(store_id, sku, units) VALUES ('north', 'cake', ?)"
                let refused = "linli: no rights: shelf.available"
                #expect(try world.till("north").refusal(of: promise, 3)?.contains(refused) == true)
                #expect(try world.till("hub").refusal(of: promise, 1)?.contains(refused) == true)
                try world.heal("north")
                try world.network.settle()
                #expect(try world.till("hub").refusal(of: promise, 9)?.contains(refused) == true)
                try world.till("hub").write(promise, 8)
                try world.till("north").write(promise, 2)
                #expect(try world.till("north").refusal(of: promise, 1)?.contains(refused) == true)
                try world.expectAgreement()
                try world.expectSame("SELECT available FROM shelf", at: ["hub", "north"], [[0]])
                try world.expectSame("SELECT * FROM linli_rights WHERE units <> 0", at: ["hub", "north"], [])
            }
        }

        @Test("go back to a store that runs low, down to the last")
        func sharedBack() async throws {
            try await World.run(stores: ["north"]) { world in
                try await open(world)
                try world.till("north").write("INSERT INTO customer_order(id, store_id) VALUES ('all', 'north')")
                let sell = "INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('all', ?, 'cake', 1000)"
                // Three of ten are the hub's, and it needs ever fewer as the stock shrinks.
                let held = "SELECT units FROM linli_rights WHERE node = 'north' AND \"table\" = 'stock'"
                for line in 1...10 {
                    let deadline = ContinuousClock.now + .seconds(20)
                    while try world.till("north").number(held) < 1_000, ContinuousClock.now < deadline {
                        try world.network.settle()
                    }
                    try world.till("north").write(sell, .integer(Int64(line)))
                }
                #expect(try world.till("north").refusal(of: sell, 11) != nil)
                try world.expectAgreement()
                try world.expectSame(Self.stock, [[0]])
            }
        }

        /// Ten cakes at north, and the hub's part of the rights is where it belongs.
        private func open(_ world: World) async throws {
            try world.till("hub").write("INSERT INTO product(sku, name) VALUES ('cake', 'a cake')")
            try world.till("north").write(
                "INSERT INTO stock(store_id, sku, on_hand, available) VALUES ('north', 'cake', 10000, 10000)"
            )
            let share = "SELECT units FROM linli_rights WHERE node = 'hub' AND \"table\" = 'stock'"
            let deadline = ContinuousClock.now + .seconds(20)
            while try world.till("hub").number(share) < 3_000, ContinuousClock.now < deadline {
                try world.network.settle()
            }
            #expect(try world.till("hub").number(share) == 3_000)
            try world.network.settle()
        }
    }
}

/// Looks at the cake's units at one node, from another process, in every snapshot that it can get.
final class RightsWatch {
    private let client: PythonClient

    init(_ world: World, node: String) throws {
        client = try PythonClient(
            """
            till = connect()
            looks = 0
            while not stopping():
                row = till.execute('''
                    SELECT available, (SELECT sum(units) FROM linli_rights WHERE "table" = 'stock'),
                      (SELECT min(units) FROM linli_rights WHERE "table" = 'stock')
                    FROM stock WHERE store_id = 'north' AND sku = 'cake' ''').fetchone()
                looks += 1
                if row and (row[0] < 0 or row[0] != row[1] or row[2] < 0): say("wrong", row)
                time.sleep(0.001)
            say("looks", looks)
            """,
            replica: world.network.replica(node),
            ledger: "\(world.network.directory)/rights-\(node).txt"
        )
    }

    func end() throws {
        let lines = try client.stop()
        #expect(lines.filter { $0.hasPrefix("wrong") } == [])
        #expect(lines.last?.hasPrefix("looks ") == true)
    }
}
