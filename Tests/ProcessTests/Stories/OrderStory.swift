import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("An operator's order about a store")
    struct OrderStory {
        @Test(
            "freezes it at once, keeps it out whatever restarts, and lets it in again with all that it sold meanwhile"
        )
        func freeze() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('before', 'north')")
                try world.network.settle()

                let said = try world.network.command("hub", "freeze", "north", on: "hub")
                #expect(said == "store north is frozen; `linli hub thaw north` lets it in again")
                #expect(try Self.state("north", in: world) == "frozen")
                try await eventually("the store's session ends by it") {
                    try world.status("north")["connected"] as? Bool == false
                }
                try await eventually("the store says why") {
                    let trouble = try world.status("north")["trouble"] as? String ?? ""
                    return trouble.contains("FROZEN") && trouble.contains("linli hub thaw north")
                }
                #expect(try world.network.command("hub", "freeze", "north", on: "hub").contains("already"))
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('meanwhile', 'north')")

                // No restart of either end lets it in, nor a new token.
                try await world.restart("hub")
                try await world.restart("north")
                try await eventually("the store is refused again") {
                    (try world.status("north")["trouble"] as? String ?? "").contains("linli hub thaw north")
                }
                let token = try world.network.command("hub", "invite", "north", on: "hub")
                let join = try CommandRun(
                    world.network.binary,
                    [
                        "store", "join", token, "--data", world.network.data("other"), "--hub",
                        "127.0.0.1:\(world.network.hubPort)",
                    ]
                )
                #expect(join.status == 77 && join.errors.contains("frozen"), "\(join.errors)")
                try world.till("south").write("INSERT INTO fact(id, by) VALUES ('elsewhere', 'south')")
                try world.network.settle(["south"])
                try world.expectSame(
                    "SELECT id FROM fact ORDER BY id",
                    at: ["south"],
                    [["before"], ["elsewhere"]].map { $0.map { Value($0) } }
                )

                // Thawed while the hub's daemon is stopped.
                try world.network.daemon("hub").stop()
                #expect(
                    try world.network.command("hub", "thaw", "north", on: "hub") == "store north may take part again"
                )
                #expect(try world.network.command("hub", "thaw", "north", on: "hub") == "store north was not frozen")
                #expect(try Self.state("north", in: world) == "offline")
                try await world.start("hub")
                try await world.restart("north")
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id FROM fact ORDER BY id",
                    [["before"], ["elsewhere"], ["meanwhile"]].map { $0.map { Value($0) } }
                )
            }
        }

        @Test("thaws it while both daemons run: within seconds it is back, with what it sold meanwhile")
        func thaw() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                _ = try world.network.command("hub", "freeze", "north", on: "hub")
                try await eventually("the store says why") {
                    (try world.status("north")["trouble"] as? String ?? "").contains("FROZEN")
                }
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('meanwhile', 'north')")
                _ = try world.network.command("hub", "thaw", "north", on: "hub")
                let thawed = ContinuousClock.now
                // Its next dial is at most ten seconds away; a busy machine may add some of its own.
                try world.network.settle(["north"], seconds: 25)
                #expect(thawed.duration(to: .now) < .seconds(25))
                try world.expectSame("SELECT id FROM fact", [[Value("meanwhile")]])
                #expect(try world.status("north")["trouble"] is NSNull)
            }
        }

        @Test("retires it for good, and gives its rights to the hub when told to")
        func retire() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.shelf) { world in
                try world.till("north").write("INSERT INTO shelf VALUES ('north', 'tea', 10)")
                try world.till("south").write("INSERT INTO shelf VALUES ('south', 'tea', 7)")
                try world.network.settle()
                func rights(_ store: String) throws -> [[Value]] {
                    try world.till("hub").rows(
                        """
                        SELECT CASE WHEN node LIKE '\(store)#%' THEN 'frozen' ELSE node END, units FROM linli_rights
                        WHERE "key" = json_array('\(store)', 'tea') AND units > 0
                        """
                    )
                }
                let kept = try world.network.command("hub", "retire", "north", on: "hub")
                #expect(kept.contains("store north is retired") && kept.contains("linli hub release north"))
                #expect(try rights("north") == [[Value("frozen"), 10]])
                #expect(try Self.state("north", in: world) == "retired")
                try await eventually("the store's session ends by it") {
                    (try world.status("north")["trouble"] as? String ?? "").contains("RETIRED")
                }
                #expect(try world.network.command("hub", "retire", "north", on: "hub").contains("already"))
                #expect(try rights("north") == [[Value("frozen"), 10]])
                _ = try world.network.command("hub", "release", "north", on: "hub")
                #expect(try rights("north") == [[Value("hub"), 10]])
                for order in ["freeze", "thaw", "invite"] {
                    let run = try CommandRun(
                        world.network.binary,
                        ["hub", order, "north", "--data", world.network.data("hub")]
                    )
                    #expect(run.status == 77 && run.errors.contains("retired"), "\(order): \(run.errors)")
                }

                try world.network.daemon("hub").stop()
                let released = try world.network.command("hub", "retire", "south", "--rights", "release", on: "hub")
                #expect(released == "store south is retired; the rights it held are the hub's")
                #expect(try rights("south") == [[Value("hub"), 7]])
                let unknown = try CommandRun(
                    world.network.binary,
                    ["hub", "freeze", "west", "--data", world.network.data("hub")]
                )
                #expect(unknown.status == 2 && unknown.errors.contains("no store 'west'"), "\(unknown.errors)")
                #expect(!unknown.errors.contains("\n"))
            }
        }

        private static func state(_ store: String, in world: World) throws -> String? {
            let text = try world.network.command("hub", "stores", "--json", on: "hub")
            let all = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
            return all.first { $0["store"] as? String == store }?["state"] as? String
        }
    }
}
