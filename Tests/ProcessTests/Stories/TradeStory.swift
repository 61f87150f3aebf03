import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The trade on the command line, and the API's examples")
    struct TradeStory {
        @Test("Commands of the trade work with the daemon running or stopped, once for each key")
        func trade() async throws {
            try await World.run(stores: ["north"]) { world in
                let north = world.network.data("north")
                func trade(_ words: String..., input: String = "") throws -> CommandRun {
                    try CommandRun(world.network.binary, ["trade"] + words + ["--data", north], input: input)
                }
                let listed = try trade()
                #expect(listed.output.contains("hand-over") && !listed.output.contains("set-prices"))
                let goods = #"{"lines":[{"sku":"tea","quantity":5000}]}"#
                #expect(try trade("receive", goods, "--key", "k1").status == 0)
                try world.network.daemon("north").stop()
                let again = try trade("receive", "-", "--key", "k1", input: goods)
                #expect(again.output == #"{"stock":[{"available":5000,"on_hand":5000,"overdrawn":0,"sku":"tea"}]}"#)
                #expect(
                    try trade("sell", #"{"lines":[{"sku":"tea","amount":300}]}"#).output.contains(
                        "\"receipt\":\"north-"
                    )
                )
                let wrong = try trade("sell", #"{"lines":[{"sku":"tea"}]}"#)
                #expect(
                    wrong.status == 2
                        && wrong.errors
                            == "linli: tea: it has no price here; give the line's amount, and have the hub set a price"
                )
                #expect(try trade("order", #"{"lines":[{"sku":"tea","quantity":9000,"amount":1}]}"#).status == 1)
                #expect(try trade("set-prices", "{}").status == 2)
                #expect(try trade("nothing").status == 2)
                try await world.start("north")
                try world.expectAgreement()
                try world.expectSame("SELECT on_hand, available FROM stock", [[4_000, 4_000]])
            }
        }

        @Test("A customer is erased at every node, and nothing else changes")
        func erase() async throws {
            try await World.run(stores: ["north"]) { world in
                try await world.openShops(["north": ["tea": 10_000]])
                let order = #"{"lines":[{"sku":"tea","quantity":1000}],"customer":"c-17","contact":{"phone":"138"}}"#
                try await world.client("hub").done("order", order)
                try world.network.settle()
                try world.expectSame("SELECT phone FROM order_contact", [[Value("138")]])
                let said = try world.network.command("hub", "erase", "c-17", on: "hub")
                #expect(said.hasPrefix("erased from 1 orders, with 1 contacts; change logs"))
                try world.expectAgreement()
                try world.expectSame("SELECT count(*) FROM order_contact", [[0]])
                try world.expectSame("SELECT customer, due FROM customer_order", [[.null, 1_000]])
            }
        }

        @Test("The document's examples do what the text says, as they stand there")
        func examples() async throws {
            try await World.run(stores: ["north"]) { world in
                let (hub, store) = (try await world.network.http("hub"), try await world.network.http("north"))
                try await world.client("hub").done(
                    "set-products",
                    #"{"products":[{"sku":"tea","name":"tea","barcode":"6901234567892"}]}"#
                )
                try await world.client("hub").done(
                    "set-prices",
                    #"{"list":"a","prices":[{"sku":"tea","amount":1200}]}"#
                )
                try world.network.settle()
                let text = try Self.document()
                func block(_ heading: String, _ language: String, _ number: Int = 0) throws -> String {
                    let under = try #require(text.range(of: "\n## \(heading)\n"))
                    let blocks = text[under.upperBound...].components(separatedBy: "\n```\(language)\n").dropFirst()
                    let body = try #require(blocks.dropFirst(number).first?.components(separatedBy: "\n```").first)
                    return body.replacingOccurrences(of: "127.0.0.1:7412", with: hub)
                        .replacingOccurrences(of: "127.0.0.1:7413", with: store) + "\n"
                }
                let curl = try CommandRun("/usr/bin/env", ["sh", "-e", "-c", block("curl", "sh")])
                #expect(
                    curl.status == 0 && curl.output.contains("\"list\":\"summer\"")
                        && curl.output.contains("\"change\":600")
                )
                #expect(curl.output.contains("\"price\":1200"), "\(curl.output)")
                let python = try CommandRun.output("/usr/bin/env", ["python3", "-c", block("Python", "python")])
                #expect(python.hasPrefix("north-") && python.hasSuffix(" 1200"), "\(python)")
                let error = try JSONSerialization.jsonObject(with: Data(block("Errors", "json").utf8)) as? NSDictionary
                let refused = try await world.client("hub").post(
                    "order",
                    #"{"lines":[{"sku":"tea","quantity":1000000}],"store":"north"}"#
                )
                #expect(NSDictionary(dictionary: refused.body) == error)
                let keys = try block("Keys", "sh").replacing("linli key", with: "\(world.network.binary) key")
                    .replacing("/var/lib/linli", with: world.network.data("north"))
                let made = try CommandRun(
                    "/usr/bin/env",
                    ["sh", "-e", "-c", keys.split(separator: "\n").dropLast().joined(separator: "\n")]
                )
                #expect(made.status == 0 && made.output.contains("linli_") && made.output.contains("till 1"))
                let id = try #require(
                    made.output.split(separator: "\n").last?.split(separator: " ").first.map { String($0) }
                )
                let revoke = try #require(keys.split(separator: "\n").last?.replacing("1f3a90c2", with: id))
                let revoked = try CommandRun("/usr/bin/env", ["sh", "-e", "-c", String(revoke)])
                #expect(revoked.status == 0, "\(revoked.errors)")
                // A word of the guide, as a person at the hub types it.
                let line = try #require(
                    Self.document("retail").firstMatch(of: /`(linli trade take-over [^`]+)`/)?.output.1
                )
                let typed =
                    String(line).replacing("linli trade", with: "\(world.network.binary) trade")
                    .replacing("jade-street", with: "north") + " --data \(world.network.data("hub"))"
                let moved = try CommandRun("/usr/bin/env", ["sh", "-e", "-c", typed])
                #expect(moved.status == 0 && moved.output.contains("\"moved\":[]"), "\(moved.errors)")
                let sold = try world.shell("north").run(block("SQL", "sql"))
                #expect(sold.status == 0, "\(sold.errors)")
                try world.till("north").write([
                    (
                        "INSERT INTO stock_move(store_id, sku, quantity, reason) VALUES ('north', 'tea', 9000, 'receipt')",
                        []
                    ),
                    ("INSERT INTO customer_order(id, store_id) VALUES ('o', 'north')", []),
                    ("INSERT INTO order_line(order_id, line, sku, quantity) VALUES ('o', 1, 'tea', 2000)", []),
                    ("UPDATE customer_order SET cancelled_at = 1 WHERE id = 'o'", []),
                ])
                let released = try world.shell("north").run(block("SQL", "sql", 1))
                #expect(released.status == 0, "\(released.errors)")
                try world.expectSame("SELECT count(*), count(DISTINCT receipt) FROM sale", at: ["north"], [[3, 3]])
                try world.expectAgreement()
                try world.expectStockAddsUp()
            }
        }

        private static func document(_ name: String = "api") throws -> String {
            let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            return try String(contentsOf: package.appendingPathComponent("docs/\(name).md"), encoding: .utf8)
        }
    }
}
