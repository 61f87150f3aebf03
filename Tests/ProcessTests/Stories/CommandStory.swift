import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A command that is used wrongly")
    struct CommandStory {
        /// What is typed, the exit code, and words that the one line on standard error has.
        struct Mistake: Sendable, CustomTestStringConvertible {
            let words: [String]
            let code: Int32
            let said: [String]

            init(_ line: String, _ code: Int32, _ said: String...) {
                words = line.split(separator: " ").map(String.init)
                self.code = code
                self.said = said
            }

            var testDescription: String { "linli " + words.joined(separator: " ") }
        }

        private static let mistakes = [
            Mistake("fly", 2, "fly", "--help"),
            Mistake("hub", 0),
            Mistake("hub run", 2, "--data", "linli hub run --help"),
            Mistake("hub run --data nowhere --wings", 2, "--wings", "--help"),
            Mistake("hub run --data nowhere", 2, "nowhere", "linli hub init"),
            Mistake("hub run --data nowhere --listen here", 2, "'here' names no port", "HOST:PORT"),
            Mistake("hub run --data nowhere --listen ::1:7411", 2, "brackets"),
            Mistake("hub init --data new --schema absent.yaml", 2, "absent.yaml"),
            Mistake("hub init --data new --address nowhere", 2, "names no port"),
            Mistake("hub invite North --data nowhere", 2, "a-z"),
            Mistake("hub invite hub --data nowhere", 2, "no store is called 'hub'"),
            Mistake("hub invite north --expires soon --data nowhere", 2, "24h"),
            Mistake("hub stores --data nowhere", 2, "nowhere"),
            Mistake("hub freeze north --data nowhere", 2, "nowhere"),
            Mistake("hub thaw --data nowhere", 2, "store", "--help"),
            Mistake("hub retire north --rights sell --data nowhere", 2, "release", "keep"),
            Mistake("store run --data nowhere", 2, "nowhere", "linli store join"),
            Mistake("store join token --data new", 77, "no join token", "linli hub invite"),
            Mistake("store join linli1.AAAA --data new", 77, "damaged"),
            Mistake("store join linli9.AAAA --data new", 77, "version"),
            Mistake("status --data nowhere", 2, "nowhere"),
            Mistake("wait --data nowhere", 2, "nowhere"),
            Mistake("wait --data nowhere --timeout 3", 2, "30s"),
            Mistake("digest --data nowhere", 2, "nowhere"),
            Mistake("conflicts --data nowhere", 2, "nowhere"),
            Mistake("conflicts --settle x --data nowhere", 2, "whole number"),
            Mistake("quarantine --data nowhere", 2, "nowhere"),
            Mistake("quarantine settle 1 --data nowhere", 2, "--accept or --discard"),
            Mistake("quarantine show one --data nowhere", 2, "whole number"),
            Mistake("exceptions --data nowhere", 2, "nowhere"),
            Mistake("exceptions settle overpaid --data nowhere", 2, "subject", "--help"),
            Mistake("demo --sales absent.csv", 2, "absent.csv"),
        ]

        @Test(
            "says in one line what is wrong and what to do, makes nothing, and ends with the right code",
            arguments: mistakes
        )
        func refused(_ mistake: Mistake) throws {
            let directory = try TemporaryDirectory()
            let run = try inside(directory.path, mistake.words)
            #expect(run.status == mistake.code)
            for words in mistake.said { #expect(run.errors.contains(words), "\(run.errors)") }
            if mistake.code != 0 {
                #expect(run.output == "")
                #expect(run.errors.hasPrefix("linli: "))
                #expect(!run.errors.contains("\n"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        }

        @Test("is told the line and the reason of a schema's mistake, and makes no hub of it")
        func schemaMistake() throws {
            let directory = try TemporaryDirectory()
            let schema = Schemas.rules.replacingOccurrences(of: "merge: counter", with: "merge: countr")
            try Data(schema.utf8).write(to: URL(fileURLWithPath: directory.path + "/bad.yaml"))
            let run = try inside(directory.path, ["hub", "init", "--data", "hub", "--schema", "bad.yaml"])
            #expect(run.status == 2)
            #expect(run.errors.contains("bad.yaml: line 15:") && run.errors.contains("countr"), "\(run.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["bad.yaml"])
        }

        @Test("gets a token that works once, only before it expires, and only whole")
        func tokens() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                func invite(_ store: String, expires: String) throws -> String {
                    try world.network.command("hub", "invite", store, "--expires", expires, on: "hub")
                }
                func join(_ token: String, _ node: String) throws -> CommandRun {
                    try CommandRun(
                        world.network.binary,
                        [
                            "store", "join", token, "--data", world.network.data(node), "--hub",
                            "127.0.0.1:\(world.network.hubPort)",
                        ]
                    )
                }
                let token = try invite("south", expires: "1h")
                #expect(!token.contains("\n") && token.hasPrefix("linli1."))
                let damaged = try join(String(token.dropLast(3)), "south")
                #expect(damaged.status == 77 && damaged.errors.contains("damaged"), "\(damaged.errors)")
                #expect(try join(token, "south").status == 0)
                let again = try join(token, "elsewhere")
                #expect(again.status == 77 && again.errors.contains("used"), "\(again.errors)")
                #expect(!FileManager.default.fileExists(atPath: world.network.replica("elsewhere")))
                let stale = try invite("late", expires: "1ms")
                let late = try join(stale, "late")
                #expect(late.status == 77 && late.errors.contains("expired"), "\(late.errors)")
                let older = try invite("west", expires: "1h")
                let newer = try invite("west", expires: "1h")
                #expect(try join(older, "west").status == 77)
                #expect(try join(newer, "west").status == 0)
            }
        }

        @Test("finds the status, stores and digest of a node, with its daemon running and stopped")
        func status() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('a', 'north')")
                try world.network.settle()
                for isRunning in [true, false] {
                    if !isRunning { for node in ["north", "hub"] { try world.network.daemon(node).stop() } }
                    let store = try Self.object(world.network.command("status", "--json", on: "north"))
                    let fields = [
                        "role", "node", "site", "connected", "outbox", "acknowledged", "cursor", "lag_ms",
                        "clock_offset_ms", "schema", "conflicts", "quarantine", "exceptions",
                    ]
                    for field in fields { #expect(store[field] != nil, "\(field)") }
                    #expect(store["role"] as? String == "store" && store["node"] as? String == "north")
                    #expect(store["connected"] as? Bool == isRunning)
                    #expect(store["outbox"] as? Int == 0 && store["acknowledged"] as? Int == 1)
                    let hub = try Self.object(world.network.command("status", "--json", on: "hub"))
                    let stores = try #require(hub["stores"] as? [[String: Any]])
                    #expect(stores.map { $0["store"] as? String } == ["north", "south"])
                    #expect(
                        stores.map { $0["state"] as? String }
                            == (isRunning ? ["online", "online"] : ["offline", "offline"])
                    )
                    #expect(stores[0]["acknowledged"] as? Int == 1 && stores[0]["lag"] as? Int == 0)
                    let listed = try world.network.command("hub", "stores", on: "hub")
                    #expect(listed.split(separator: "\n").count == 3)
                    #expect(try world.network.digests("north").store == world.network.digests("north").hub)
                }
                #expect(
                    try CommandRun(
                        world.network.binary,
                        ["wait", "--data", world.network.data("north"), "--timeout", "100ms"]
                    ).status == 1
                )
                let written = try world.till("north")
                try written.write("INSERT INTO fact(id, by) VALUES ('b', 'north')")
                let behind = try Self.object(world.network.command("status", "--json", on: "north"))
                #expect(behind["outbox"] as? Int == 1)
                let digest = try world.network.command("digest", on: "north").split(separator: " ").last.map(
                    String.init
                )
                let expected = try #require(digest)
                func compare(_ node: String) throws -> Int32 {
                    try CommandRun(
                        world.network.binary,
                        ["digest", "--scope", "north", "--expect", expected, "--data", world.network.data(node)]
                    ).status
                }
                #expect(try compare("north") == 0)
                #expect(try compare("hub") == 1)
            }
        }

        /// In a directory, as a person would.
        private func inside(_ directory: String, _ words: [String]) throws -> CommandRun {
            try CommandRun("/usr/bin/env", ["-C", directory, Binary.path()] + words)
        }

        private static func object(_ json: String) throws -> [String: Any] {
            let any = try JSONSerialization.jsonObject(with: Data(json.utf8))
            return try #require(any as? [String: Any])
        }
    }
}
