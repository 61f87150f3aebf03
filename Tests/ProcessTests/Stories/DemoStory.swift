import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The demonstration")
    struct DemoStory {
        private static let checks = 16

        @Test(
            "replays a file of sales, tells what came of it, writes a page that needs nothing else, and stays on request"
        )
        func keep() async throws {
            let directory = try TemporaryDirectory()
            let sales = directory.path + "/sales.csv"
            let heading = "store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n"
            let lines = (0..<40).map { "\($0 % 5),\($0),<b>\"\($0 % 7)&,1.5,2.99,2017-01-01 00:00:\($0 + 10)\n" }
            try Data((heading + lines.joined()).utf8).write(to: URL(fileURLWithPath: sales))
            let data = directory.path + "/demo"
            let demo = try ChildDaemon(
                binary: Binary.path(),
                ["demo", "--keep", "--data", data, "--sales", sales],
                log: directory.path + "/demo.log"
            )
            try await demo.says("until you press Ctrl-C", within: .seconds(120))
            let said = try demo.said()
            #expect(said.contains("Replaying 40 of the file's 40 baskets, 40 of its 40 lines"))
            #expect(said.contains("sqlite3 \(data)/hub/linli.db"))
            #expect(said.components(separatedBy: "  ✓ ").count - 1 == Self.checks && !said.contains("✗"), "\(said)")
            #expect(try SQLiteShell(replica: data + "/hub/linli.db").run("SELECT count(*) FROM sale;").output == "40")
            let daemons = try ["hub", "jade-street", "north-gate", "river-lane"].map { node in
                try #require(Int32(Self.text(data + "/\(node)/linli.lock").trimmingCharacters(in: .newlines)))
            }
            for daemon in daemons { #expect(kill(daemon, 0) == 0) }
            #expect(demo.stop() == 0)
            for daemon in daemons { #expect(kill(daemon, 0) != 0 && errno == ESRCH) }

            let page = try Self.text(data + "/index.html")
            #expect(said.contains(data + "/index.html"))
            for words in ["jade-street", "no rights", "ring twice", "Digests", "everybody is right"] {
                #expect(page.contains(words), "no \(words)")
            }
            for words in ["http://", "https://", "<script", "src=", "✗"] { #expect(!page.contains(words), "\(words)") }
            // The one thing that it lays over a directory is a directory that holds nothing.
            let again = try CommandRun(Binary.path(), ["demo", "--data", data])
            #expect(again.status == 2 && again.errors.contains("is not empty"), "\(again.errors)")
        }

        @Test("ends with 1, and says what is not so, when a sale comes from elsewhere")
        func stray() async throws {
            let directory = try TemporaryDirectory()
            let data = directory.path + "/demo"
            let demo = try ChildDaemon(
                binary: Binary.path(),
                ["demo", "--data", data],
                log: directory.path + "/demo.log"
            )
            try await demo.says("is cut off", within: .seconds(120))
            let stray = "INSERT INTO sale(id, store_id) VALUES ('stray', 'north-gate');"
            #expect(try SQLiteShell(replica: data + "/north-gate/linli.db").run(stray).status == 0)
            try await eventually("it has ended", within: .seconds(120)) { !demo.isRunning }
            #expect(demo.exitCode == 1)
            let said = try demo.said()
            #expect(said.contains("✗ every sale of north-gate is at the hub exactly once"), "\(said)")
            #expect(said.contains("linli: not all of it came out right"))
            #expect(try Self.text(data + "/index.html").contains("<td>✗</td><td>every sale of north-gate"))
        }

        @Test("that is stopped in the middle leaves no daemon and no directory, and is no success")
        func stopped() async throws {
            let directory = try TemporaryDirectory()
            let demo = try ChildDaemon(
                binary: "/usr/bin/env",
                ["TMPDIR=\(directory.path)", Binary.path(), "demo"],
                log: directory.path + "/demo.log"
            )
            try await demo.says("data: ", within: .seconds(60))
            let began = ContinuousClock.now
            #expect(demo.stop() == 1)
            #expect(ContinuousClock.now - began < .seconds(25))
            #expect(try demo.said().contains("stopped before its end"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["demo.log"])
        }

        @Test(
            "names the file and the line of sales that cannot be read, and starts nothing",
            arguments: [
                ("", "names no column store_id"),
                ("store_id,basket_id,product_id,quantity,sales_value\n", "names no column transaction_timestamp"),
                ("store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n", "no sale in it"),
                ("store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n1,2\n", "line 2: 2 fields"),
                (
                    "store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n1,2,3,9e300,1,x\n",
                    "line 2: a quantity or an amount is no number"
                ),
                (
                    "store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n"
                        + "1,2,3,9223372036854775.8075,1,x\n", "line 2: a quantity or an amount is no number"
                ),
            ]
        )
        func wrongFile(_ text: String, _ words: String) throws {
            let directory = try TemporaryDirectory()
            let sales = directory.path + "/sales.csv"
            try Data(text.utf8).write(to: URL(fileURLWithPath: sales))
            let run = try CommandRun(
                Binary.path(),
                ["demo", "--data", directory.path + "/demo", "--sales", sales]
            )
            #expect(
                run.status == 2 && run.errors.hasPrefix("linli: \(sales): ") && run.errors.contains(words),
                "\(run.errors)"
            )
            #expect(!run.errors.contains("\n") && run.output == "")
            #expect(!FileManager.default.fileExists(atPath: directory.path + "/demo"))
        }

        private static func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        }
    }
}
