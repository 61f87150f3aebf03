import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A store's directory that was copied")
    struct ForkStory {
        private func sell(_ id: String, at store: String, _ world: World) throws {
            try world.till(store).write("INSERT INTO fact(id, by) VALUES ('\(id)', '\(store)')")
            try world.till(store).write("UPDATE thing SET sum = sum + 1 WHERE id = 'sold'")
        }

        private func copy(_ from: String, to: String) throws {
            if FileManager.default.fileExists(atPath: to) { try FileManager.default.removeItem(atPath: to) }
            try FileManager.default.copyItem(atPath: from, toPath: to)
        }

        @Test("and restored later becomes a new site by itself, and keeps what the hub has not seen, nothing twice")
        func restored() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                let data = world.network.data("north")
                try world.till("north").write("INSERT INTO thing(id) VALUES ('sold')")
                try sell("before", at: "north", world)
                try world.network.settle()
                // Sold while the daemon is down, and copied before it starts again.
                try world.network.daemon("north").stop()
                try sell("captured", at: "north", world)
                world.closeTill("north")
                try copy(data, to: data + ".backup")
                try await world.start("north")
                try sell("after", at: "north", world)
                try world.network.settle(["north"])
                let former = try #require(try world.status("north")["site"] as? String)
                // The disk dies, and the copy is put in its place; the shop sells before the daemon starts.
                try world.network.daemon("north").stop()
                world.closeTill("north")
                try copy(data + ".backup", to: data)
                try await world.start("north")
                try sell("restored", at: "north", world)
                try await eventually("it is a new site, and connected") {
                    let status = try world.status("north")
                    return status["site"] as? String != former && status["connected"] as? Bool == true
                }
                #expect(try world.status("north")["former_site"] as? String == former)
                try world.expectAgreement()
                try world.expectSame(
                    "SELECT id FROM fact ORDER BY id",
                    [["after"], ["before"], ["captured"], ["restored"]].map { $0.map { Value($0) } }
                )
                try world.expectSame("SELECT sum FROM thing", [[4]])
                // It goes on as any store.
                try await world.restart("north")
                try sell("later", at: "north", world)
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[5]])
            }
        }

        @Test("and took the first one's place while that was away: both in turn become new sites, and have rights")
        func inTurn() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                let data = world.network.data("north")
                try world.till("north").write("INSERT INTO thing(id) VALUES ('sold')")
                try world.network.settle()
                try world.network.daemon("north").stop()
                world.closeTill("north")
                try copy(data, to: data + ".clone")
                try await world.restart("north")
                try world.network.settle(["north"])
                try world.network.daemon("north").stop()
                let clone = try world.impostor(data: data + ".clone")
                defer { clone.stop() }
                try await clone.says("it is a new site")
                try await eventually("the copy speaks for the store") {
                    let status = try CommandRun(world.network.binary, ["status", "--json", "--data", data + ".clone"])
                    return status.output.contains("\"connected\":true")
                }
                clone.stop()
                try sell("alone", at: "north", world)
                let former = try #require(try world.status("north")["site"] as? String)
                try await world.start("north")
                try await eventually("it is a new site, and connected") {
                    let status = try world.status("north")
                    return status["site"] as? String != former && status["connected"] as? Bool == true
                }
                #expect(try world.status("north")["trouble"] as? String == nil)
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[1]])
            }
        }

        @Test("and run beside the first is refused as FORKED while that is there, and loses nothing")
        func cloned() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                let data = world.network.data("north")
                try world.till("north").write("INSERT INTO thing(id) VALUES ('sold')")
                try world.network.settle()
                try world.network.daemon("north").stop()
                world.closeTill("north")
                try copy(data, to: data + ".clone")
                try await world.start("north")
                try sell("first", at: "north", world)
                try world.network.settle(["north"])
                let clone = try world.impostor(data: data + ".clone")
                defer { clone.stop() }
                try await clone.says("another machine runs as north")
                let status = try CommandRun(world.network.binary, ["status", "--json", "--data", data + ".clone"])
                #expect(status.output.contains("FORKED"), "\(status.output)")
                #expect(try world.status("north")["connected"] as? Bool == true, "the first one goes on")
                try sell("second", at: "north", world)
                try world.expectAgreement()
                try world.expectSame("SELECT sum FROM thing", [[2]])
            }
        }
    }
}
