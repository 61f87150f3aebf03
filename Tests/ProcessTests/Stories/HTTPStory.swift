import ChangeLog
import Foundation
import FoundationNetworking
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The HTTP API")
    struct HTTPStory {
        @Test("serves a day of trade at hub and store, each change once, and says what is wrong with a request")
        func day() async throws {
            try await World.run(stores: ["north"]) { world in
                let (hub, store) = (try await world.client("hub"), try await world.client("north"))
                try await hub.done(
                    "set-products",
                    #"{"products":[{"sku":"tea","name":"tea","barcode":"6901234567892"}]}"#
                )
                try await hub.done("set-prices", #"{"list":"first","prices":[{"sku":"tea","amount":1200}]}"#)
                try await store.done("receive", #"{"lines":[{"sku":"tea","quantity":10000}]}"#)
                try world.network.settle()
                let price = try await store.get("/v1/price?barcode=6901234567892")
                #expect(price.number("price") == 1_200 && price.type == "application/json")

                let basket = #"{"lines":[{"barcode":"6901234567892","quantity":2000}]}"#
                let sold = try await store.done("sell", basket, idempotency: "till-1-0001")
                let again = try await store.done("sell", basket, idempotency: "till-1-0001")
                #expect(sold.text("receipt") == again.text("receipt") && again.isReplayed && !sold.isReplayed)
                #expect(try world.till("north").number("SELECT count(*) FROM sale") == 1)

                let unknown = try await store.post("sell", #"{"lines":[{"sku":"tea"}],"discount":5}"#)
                #expect(unknown.status == 400 && unknown.type == "application/problem+json")
                #expect(unknown.text("code") == "BAD_INPUT" && unknown.text("thing") == "discount")
                #expect(try await store.post("sell", basket, idempotency: nil).text("thing") == "Idempotency-Key")
                #expect(try await store.post("sell", "{", idempotency: "x").text("thing") == "body")
                #expect(try await store.post("set-prices", "{}").text("code") == "NO_SUCH_ROUTE")
                let large = try await store.post("sell", String(repeating: " ", count: 3 << 20))
                #expect(large.status == 413 && large.text("code") == "TOO_LARGE")

                // The hub promises what it holds the rights to, once its share is there.
                let order = #"{"lines":[{"sku":"tea","quantity":1000}],"region":"town","contact":{"phone":"138"}}"#
                let deadline = ContinuousClock.now + .seconds(20)
                var placed = try await hub.post("order", order)
                while placed.status == 409, ContinuousClock.now < deadline {
                    try world.network.settle()
                    placed = try await hub.post("order", order)
                }
                #expect(placed.text("store") == "north" && placed.number("due") == 1_200)
                try await hub.done(
                    "pay",
                    "{\"order\":\"\(placed.text("order"))\",\"amount\":1200,\"method\":\"wechat\"}"
                )
                try world.network.settle()
                let handed = try await store.done("hand-over", "{\"pickup_code\":\"\(placed.text("pickup_code"))\"}")
                #expect(handed.number("paid") == 1_200)
                let today = try await store.get("/v1/today")
                #expect(today.number("sales") == 1 && today.number("handed_over") == 1)
                try world.expectAgreement()
                #expect(try await hub.get("/v1/exceptions").list("exceptions").isEmpty)
            }
        }

        @Test("is open on this machine, and to nobody else without a key of the right role")
        func keys() async throws {
            try await World.run(stores: ["north"]) { world in
                var client = try await world.client("north")
                #expect(try await client.get("/openapi.json").text("openapi") == "3.1.0")
                #expect(try await client.get("/v1/today").status == 200)
                client.headers = ["Origin": "http://elsewhere.example"]
                #expect(try await client.get("/v1/today").status == 401)
                client.headers = [:]
                client.key = "linli_0000"
                #expect(try await client.get("/v1/today").text("code") == "UNAUTHORIZED")
                let key = try world.network.command("key", "add", "--role", "till", "--name", "till 1", on: "north")
                client.key = key
                #expect(try await client.get("/v1/today").status == 200)
                let sent = try await client.post(
                    "transfer-out",
                    #"{"to":"south","lines":[{"sku":"tea","quantity":1}]}"#
                )
                #expect(sent.status == 403 && sent.text("code") == "FORBIDDEN")
                let listed = try world.network.command("key", "list", "--json", on: "north")
                #expect(listed.contains("\"role\":\"till\"") && !listed.contains(key))
                let id = try #require(listed.split(separator: "\"id\":\"").last?.prefix(8))
                try world.network.command("key", "revoke", String(id), on: "north")
                #expect(try await client.get("/v1/today").status == 401)
            }
        }

        @Test(
            "does not keep a store from selling: a default port in use is told, one that was asked for ends it with 74"
        )
        func portInUse() async throws {
            try await World.run(stores: ["north"]) { world in
                let taken = try await world.network.http("north")
                let hub = try world.network.daemon("hub")
                hub.stop()
                let run = try CommandRun(
                    world.network.binary,
                    ["hub", "run", "--data", world.network.data("hub"), "--listen", "127.0.0.1:0", "--http", taken]
                )
                #expect(run.status == 74)
                let words = run.errors.split(separator: "\n").filter { $0.hasPrefix("linli: ") }
                #expect(words.count == 1 && words[0].contains("\(taken) is in use by another process"), "\(run.errors)")
            }
        }

        @Test("does a change once, however many ask for it at the same time with one key")
        func atOnce() async throws {
            try await World.run(stores: ["north"]) { world in
                let client = try await world.client("north")
                let body = #"{"lines":[{"sku":"tea","quantity":1000,"amount":500}]}"#
                let receipts = try await withThrowingTaskGroup(of: (status: Int, receipt: String).self) { group in
                    for _ in 0..<16 {
                        group.addTask {
                            let answer = try await client.post("sell", body, idempotency: "one")
                            return (answer.status, answer.text("receipt"))
                        }
                    }
                    var receipts: [String] = []
                    for try await answer in group {
                        #expect(answer.status == 200)
                        receipts.append(answer.receipt)
                    }
                    return receipts
                }
                #expect(receipts.count == 16 && Set(receipts).count == 1)
                #expect(try world.till("north").number("SELECT count(*) FROM sale") == 1)
            }
        }

        @Test("answers a change that a kill interrupted, once it is repeated, and has done it once")
        func killed() async throws {
            try await World.run(stores: ["north"]) { world in
                try await world.client("north").done("receive", #"{"lines":[{"sku":"tea","quantity":90000}]}"#)
                for number in 0..<6 {
                    let body = #"{"lines":[{"sku":"tea","quantity":1000,"amount":500}]}"#
                    let client = try await world.client("north")
                    async let first = client.post("sell", body, idempotency: "sale-\(number)")
                    try await Task.sleep(for: .milliseconds(number * 2))
                    try world.kill("north")
                    // The answer may have been on its way.
                    do { _ = try await first } catch is URLError {}
                    try await world.start("north")
                    let again = try await world.client("north").done("sell", body, idempotency: "sale-\(number)")
                    #expect(again.text("receipt").hasPrefix("north-"))
                }
                #expect(try world.till("north").number("SELECT count(*) FROM sale") == 6)
                #expect(try world.till("north").number("SELECT count(DISTINCT receipt) FROM sale") == 6)
                try world.expectAgreement()
                try world.expectSame("SELECT count(*), sum(quantity) FROM sale_line", [[6, 6_000]])
            }
        }
    }
}
