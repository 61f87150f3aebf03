import ChangeLog
import Foundation
import NIOCore
import NIOPosix
import Rehearsal
import Replica
import Testing

extension ProcessTests {
    @Suite("What a new user gets wrong")
    struct BadInputStory {
        @Test("a port in use: the hub says so with the cure, and starts at another")
        func portInUse() async throws {
            let other = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(other.localAddress?.port)
            let directory = try TemporaryDirectory()
            try Self.expect(0, Self.run("hub", "init", "--data", directory.path + "/hub", "--address", "here:7411"))
            let run = try Self.run("hub", "run", "--data", directory.path + "/hub", "--listen", "127.0.0.1:\(port)")
            try Self.expect(74, run, "127.0.0.1:\(port) is in use", "choose another address")
            try await other.close()
            let hub = try ChildDaemon(
                binary: Binary.path(),
                ["hub", "run", "--data", directory.path + "/hub", "--listen", "127.0.0.1:\(port)"],
                log: directory.path + "/hub.log"
            )
            try await hub.says("listening on ")
            #expect(hub.stop() == 0)
        }

        @Test("a directory that is no node's: each command says so, and leaves it as it is")
        func noNode() throws {
            let directory = try TemporaryDirectory()
            let (garbage, other, file) = (
                "\(directory.path)/garbage", "\(directory.path)/other", "\(directory.path)/file"
            )
            for path in [garbage, other] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
            try Data(repeating: 7, count: 9_000).write(to: URL(fileURLWithPath: garbage + "/linli.db"))
            try Data("x".utf8).write(to: URL(fileURLWithPath: file))
            #expect(
                try SQLiteShell(replica: other + "/linli.db").run("CREATE TABLE mine(a); INSERT INTO mine VALUES (1);")
                    .status == 0
            )
            let before = try Data(contentsOf: URL(fileURLWithPath: other + "/linli.db"))
            for command in [
                ["store", "run"], ["hub", "run"], ["status"], ["wait"], ["digest"], ["conflicts"], ["hub", "stores"],
            ] {
                try Self.expect(74, Self.run(command + ["--data", garbage]), "restore the directory from a backup")
                try Self.expect(2, Self.run(command + ["--data", other]), "holds no replica", "linli hub init")
                try Self.expect(2, Self.run(command + ["--data", file]))
            }
            try Self.expect(2, Self.run("hub", "init", "--data", file), file)
            let king = try Self.run("key", "add", "--data", file, "--role", "king")
            try Self.expect(2, king, "'operator'; run `linli key add")
            try Self.expect(2, Self.run("hub", "init", "--data", other), "exists already", "another --data")
            #expect(try Data(contentsOf: URL(fileURLWithPath: other + "/linli.db")) == before)
        }

        @Test("a replica of a newer program: refused by every command, unchanged, and good again for the newer one")
        func newer() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                for (node, role) in [("north", "store"), ("hub", "hub")] {
                    try world.network.daemon(node).stop()
                    let format = try world.till(node).number("PRAGMA user_version")
                    #expect(world.shellStatus(node, "PRAGMA user_version = 99;") == 0)
                    for command in [[role, "run"], ["status"], ["wait"], ["digest"], ["conflicts"]] {
                        let run = try Self.run(command + ["--data", world.network.data(node)])
                        try Self.expect(2, run, "later linli (format 99)", "nothing was changed")
                    }
                    #expect(try world.till(node).number("PRAGMA user_version") == 99)
                    #expect(world.shellStatus(node, "PRAGMA user_version = \(format);") == 0)
                    try await world.start(node)
                }
                try world.expectAgreement()
            }
        }

        @Test("no right to the directory: 77, whose it has to be, and nothing made")
        func noRights() async throws {
            guard let stranger = try Stranger.prefix() else {
                return print(
                    "➜ Test noRights skipped: nobody else can run the binary here (that takes root and setpriv)"
                )
            }
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                func expect(_ words: [String], _ said: String...) throws {
                    let run = try CommandRun("/usr/bin/env", stranger + [world.network.binary] + words)
                    try Self.expect(77, run)
                    for said in said { #expect(run.errors.contains(said), "\(run.errors)") }
                }
                let north = world.network.data("north")
                for isRunning in [true, false] {
                    if !isRunning { try world.network.daemon("north").stop() }
                    for command in [["status"], ["wait"], ["digest"], ["conflicts"], ["store", "run"]] {
                        try expect(command + ["--data", north], "run ", "owner")
                    }
                }
                try world.open(to: 0o755)
                try expect(["hub", "init", "--data", world.network.directory + "/new"], "Permission denied")
                #expect(!FileManager.default.fileExists(atPath: world.network.directory + "/new"))
            }
        }

        @Test("a table altered behind our back: named at once, nothing sealed as it is not, good when it is taken back")
        func altered() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.network.settle()
                for (node, role) in [("north", "store"), ("hub", "hub")] {
                    let data = world.network.data(node)
                    #expect(world.shellStatus(node, "ALTER TABLE thing ADD COLUMN mine TEXT;") == 0)
                    let began = ContinuousClock.now
                    let wait = try Self.run("wait", "--data", data)
                    try Self.expect(1, wait, "table thing, whose columns differ", "take the application's change back")
                    #expect(ContinuousClock.now - began < .seconds(10))
                    #expect(try #require(world.status(node)["trouble"] as? String).contains("table thing"))
                    try await world.network.daemon(node).says("table thing")
                    try world.network.daemon(node).stop()
                    try Self.expect(2, Self.run(role, "run", "--data", data), "table thing, whose columns differ")
                    #expect(world.shellStatus(node, "ALTER TABLE thing DROP COLUMN mine;") == 0)
                    try await world.start(node)
                    try world.till(node).write("INSERT INTO fact(id, by) VALUES (?, 'after')", Value(node))
                    try world.expectAgreement()
                    #expect(try world.status(node)["trouble"] is NSNull)
                }
                try world.expectSame("SELECT count(*) FROM fact", [[2]])
            }
        }

        @Test("a trigger dropped while it runs: what was captured before is kept, and goes up when it is back")
        func dropped() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.network.settle()
                try world.network.daemon("north").pause()
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('before', 'north')")
                let trigger = try world.shell("north").run(
                    "SELECT sql || ';' FROM sqlite_schema WHERE name = 'linli_insert_fact';"
                )
                #expect(trigger.output.contains("CREATE TRIGGER"))
                #expect(world.shellStatus("north", "DROP TRIGGER linli_insert_fact;") == 0)
                try world.network.daemon("north").resume()
                let wait = try Self.run("wait", "--data", world.network.data("north"))
                try Self.expect(1, wait, "trigger linli_insert_fact, which is missing")
                #expect(try world.till("hub").number("SELECT count(*) FROM fact") == 0)
                #expect(world.shellStatus("north", trigger.output) == 0)
                try world.expectAgreement()
                try world.expectSame("SELECT id FROM fact", [[Value("before")]])
            }
        }

        @Test("a join that was refused leaves nothing, and one whose answer was lost may be repeated with its token")
        func joins() async throws {
            try await World.run(stores: [], schema: Schemas.rules) { world in
                let proxy = try await LinkProxy.start(
                    to: world.network.hubPort,
                    group: .singletonMultiThreadedEventLoopGroup
                )
                func join(_ token: String, _ node: String) throws -> CommandRun {
                    let data = world.network.data(node)
                    return try Self.run("store", "join", token, "--data", data, "--hub", "127.0.0.1:\(proxy.port)")
                }
                let token = try world.network.command("hub", "invite", "late", "--expires", "1ms", on: "hub")
                try Self.expect(77, join(token, "late"), "expired", "linli hub invite late")
                #expect(!FileManager.default.fileExists(atPath: world.network.data("late")))

                // Cut ever later, until the hub has taken the store and the store has not heard of it.
                var cuts = 0
                for (number, bytes) in stride(from: 600, through: 6_000, by: 200).enumerated() {
                    let store = "store-\(number)"
                    let token = try world.network.command("hub", "invite", store, on: "hub")
                    proxy.cut(after: bytes, .down)
                    let cut = try join(token, store)
                    proxy.heal()
                    if cut.status == 0 { break }
                    cuts += 1
                    try Self.expect(74, cut)
                    #expect(!FileManager.default.fileExists(atPath: world.network.replica(store)))
                    try Self.expect(0, join(token, store))
                    #expect(try join(token, "\(store)-again").errors.contains("used"))
                }
                #expect(cuts > 3)
                try await proxy.stop()
            }
        }

        @Test(
            "a full disk: nothing half made, and `wait` says at once that captured writes are not sealed",
            .enabled(if: SmallDisk.isPermitted, Comment(rawValue: SmallDisk.missing))
        )
        func fullDisk() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules, disks: ["north": 24, "spare": 1]) { world in
                let spare = world.network.data("spare")
                try world.disk("spare").fill()
                let made = try Self.run("hub", "init", "--data", spare + "/hub", "--address", "here:7411")
                try Self.expect(74, made)
                #expect(made.errors.contains("space") || made.errors.contains("room"), "\(made.errors)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: spare) == ["filling"])
                try world.disk("spare").free()
                try Self.expect(0, Self.run("hub", "init", "--data", spare + "/hub", "--address", "here:7411"))

                try world.network.settle()
                try world.network.daemon("north").pause()
                try world.till("north").fill("INSERT INTO fact(id, by) VALUES (?, 'north')", 0..<2_000) {
                    $0.bind(1, Value("fact-\($1)"))
                }
                try world.disk("north").fill()
                try world.network.daemon("north").resume()
                let began = ContinuousClock.now
                try Self.expect(
                    1,
                    Self.run("wait", "--data", world.network.data("north")),
                    "cannot be sealed",
                    "make room"
                )
                #expect(ContinuousClock.now - began < .seconds(15))
                #expect(try #require(world.status("north")["trouble"] as? String).contains("full"))
                try world.disk("north").free()
                try world.expectAgreement()
                try world.expectSame("SELECT count(*) FROM fact", [[2_000]])
                #expect(try world.status("north")["trouble"] is NSNull)
            }
        }

        // MARK: Small things

        private static func run(_ words: String...) throws -> CommandRun { try run(words) }

        private static func run(_ words: [String]) throws -> CommandRun { try CommandRun(Binary.path(), words) }

        /// One line on standard error, unless all went well, with these words.
        private static func expect(
            _ code: Int32,
            _ run: CommandRun,
            _ said: String...,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            #expect(run.status == code, "\(run.errors)", sourceLocation: sourceLocation)
            for words in said {
                #expect(run.errors.contains(words), "\(run.errors)", sourceLocation: sourceLocation)
            }
            guard code != 0 else { return }
            let last = run.errors.split(separator: "\n").last ?? ""
            #expect(last.hasPrefix("linli: ") && last.contains(";"), "\(run.errors)", sourceLocation: sourceLocation)
        }
    }
}

/// Another user of this machine, who owns nothing.
enum Stranger {
    /// The words before a command that he runs; nil when nobody else can run the binary here.
    static func prefix() throws -> [String]? {
        let words = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let tried = try CommandRun("/usr/bin/env", words + [Binary.path(), "--version"])
        return tried.status == 0 ? words : nil
    }
}

extension World {
    /// Runs statements in the shell.
    fileprivate func shellStatus(_ node: String, _ script: String) -> Int32 {
        do {
            let run = try shell(node).run(script)
            if run.status != 0 { Issue.record("\(run.errors)") }
            return run.status
        } catch {
            Issue.record(error)
            return -1
        }
    }

    /// Others may enter the directory in which all nodes live.
    fileprivate func open(to mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: network.directory)
    }
}
