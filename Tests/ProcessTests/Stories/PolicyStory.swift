import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("What the hub does by itself")
    struct PolicyStory {
        private static let tea = #"{"lines":[{"sku":"tea","quantity":1000}],"store":"north"}"#

        @Test(
            "A silent store's orders are taken over by policy, once, though the hub is killed; the log and the order say so"
        )
        func silentStore() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try await world.openShops(["north": ["tea": 40_000], "south": ["tea": 40_000]])
                let hub = try await world.client("hub")
                try await hub.done("set-take-over", #"{"silent_seconds":2}"#)
                var orders: [String] = []
                for _ in 0..<6 { orders.append(try await hub.done("order", Self.tea).text("order")) }
                try world.network.settle()
                try world.kill("north")
                // Silence is what a hub did not hear itself: one that begins anew waits again.
                try await world.crash("hub")
                try await world.network.daemon("hub").says("is south's now; policy: silent for 2 s")
                try await world.crash("hub")
                try await world.eventually("all orders are taken over") {
                    try world.till("hub").number("SELECT count(*) FROM take_over") == 6
                }
                let told = try await world.client("hub").get("/v1/order-status?order=\(orders[0])")
                #expect(told.text("store") == "south")
                let history = told.list("taken_over")
                #expect(history.count == 1 && history[0]["from"] as? String == "north")
                #expect(history[0]["reason"] as? String == "policy: silent for 2 s")
                try await world.start("north")
                try await world.eventually("north gives its units back") {
                    try world.network.settle()
                    return try world.till("hub").number("SELECT count(*) FROM order_release") == 6
                }
                try world.expectAgreement()
                try world.expectSame("SELECT count(*), count(DISTINCT order_id) FROM take_over", [[6, 6]])
                #expect(try await world.exceptions(at: "hub") == [:])
                try world.expectStockAddsUp()
            }
        }

        @Test("A frozen store's orders are taken over at once by policy, and a daemon without HTTP does its part")
        func frozenStore() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try await world.openShops(["north": ["tea": 40_000], "south": ["tea": 40_000]])
                let hub = try await world.client("hub")
                try await hub.done(
                    "set-take-over",
                    #"{"level":"region","place":"town","when_frozen":true}"#
                )
                for _ in 0..<2 { try await hub.done("order", Self.tea) }
                try world.network.settle()
                _ = try world.network.command("hub", "freeze", "north", on: "hub")
                try await world.network.daemon("hub").says("is south's now; policy: frozen or retired")
                try world.kill("north")
                world.network.isWithoutHTTP = true
                _ = try world.network.command("hub", "thaw", "north", on: "hub")
                try await world.start("north")
                try await world.eventually("north gives its units back") {
                    try world.till("hub").number("SELECT count(*) FROM order_release") == 2
                }
                try world.expectAgreement()
                try world.expectStockAddsUp()
            }
        }

        @Test(
            "Rights go where they are needed: what the hub sells online grows its part, and the store grants it by itself"
        )
        func demand() async throws {
            try await World.run(stores: ["north"]) { world in
                try await world.openShops(["north": ["tea": 100_000, "cake": 100_000]])
                #expect(try world.rights(of: "hub", to: "tea", at: "north") == 30_000)
                let hub = try await world.client("hub")
                try await hub.done("order", #"{"lines":[{"sku":"tea","quantity":30000}]}"#)
                try await world.client("north").done("sell", #"{"lines":[{"sku":"cake","quantity":60000}]}"#)
                try world.network.settle()
                // A hub looks at each store's demand when it begins, and once an hour.
                try await world.crash("hub")
                try await world.eventually("the shares follow") {
                    try world.network.settle()
                    return try world.till("north").rows("SELECT sku, hub_share FROM stock ORDER BY sku")
                        == [[Value("cake"), 10], [Value("tea"), 70]]
                }
                try await world.eventually("the store grants the hub what it lacks") {
                    try world.network.settle()
                    return try world.rights(of: "hub", to: "tea", at: "north") == 49_000
                }
                // Of the cake forty are left. The hub gave back when the store ran low; now both have enough.
                #expect(try world.rights(of: "hub", to: "cake", at: "north") == 12_000)
                #expect(try world.rights(of: "north", to: "cake", at: "north") == 28_000)
                try world.expectAgreement()
                try world.expectStockAddsUp()
            }
        }
    }
}
