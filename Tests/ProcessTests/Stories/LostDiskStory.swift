import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A store's disk that is lost")
    struct LostDiskStory {
        @Test("gives way to a new site with the store's state, and the hub names the changesets that it never received")
        func missing() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('sent', 'north')")
                try world.network.settle()
                let before = try world.status("north")
                let site = try #require(before["site"] as? String)
                let acknowledged = try #require(before["acknowledged"] as? Int)

                // While it is frozen it sells on; at its handshakes the hub hears how far.
                _ = try world.network.command("hub", "freeze", "north", on: "hub")
                for number in 1...3 {
                    try world.till("north").write("INSERT INTO fact(id, by) VALUES ('kept \(number)', 'north')")
                    try await eventually("it is sealed") {
                        try world.till("north").rows("SELECT 1").count == 1
                            && (try world.status("north")["outbox"] as? Int ?? 0) == number
                    }
                }
                try await world.restart("north")
                try await eventually("it is refused") {
                    (try world.status("north")["trouble"] as? String ?? "").contains("FROZEN")
                }
                try world.kill("north")
                world.closeTill("north")
                try FileManager.default.removeItem(atPath: world.network.data("north"))
                _ = try world.network.command("hub", "thaw", "north", on: "hub")
                let token = try world.network.command("hub", "invite", "north", on: "hub")
                _ = try CommandRun.output(
                    world.network.binary,
                    [
                        "store", "join", token, "--data", world.network.data("north"), "--hub",
                        "127.0.0.1:\(world.network.hubPort)",
                    ]
                )
                try await world.start("north")
                try world.expectAgreement()
                try world.expectSame("SELECT id FROM fact", [[Value("sent")]])

                for isRunning in [true, false] {
                    if !isRunning { try world.network.daemon("hub").stop() }
                    let former = try Self.former(world)
                    #expect(former["site"] as? String == site)
                    #expect(former["acknowledged"] as? Int == acknowledged)
                    #expect(former["missing_from"] as? Int == acknowledged + 1)
                    #expect(former["missing_through"] as? Int == acknowledged + 3)
                    let text = try world.network.command("hub", "stores", on: "hub")
                    #expect(text.contains("\(acknowledged + 1) to \(acknowledged + 3) of site \(site)"), "\(text)")
                    let doctor = try world.network.command("doctor", on: "hub")
                    #expect(doctor.contains("never received") && doctor.contains("hub import"), "\(doctor)")
                }
            }
        }

        @Test("hands in what it has when it turns up, has no rights, and says who speaks for the store")
        func returns() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                let data = world.network.data("north")
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('sent', 'north')")
                try world.network.settle()
                try world.network.daemon("north").stop()
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('kept', 'north')")
                world.closeTill("north")
                let old = data + ".old"
                try FileManager.default.moveItem(atPath: data, toPath: old)
                let token = try world.network.command("hub", "invite", "north", on: "hub")
                let hub = "127.0.0.1:\(world.network.hubPort)"
                let join = ["store", "join", token, "--data", data, "--hub", hub]
                _ = try CommandRun.output(world.network.binary, join)
                try await world.start("north")
                let lost = try world.impostor(data: old)
                defer { lost.stop() }
                try await lost.says("another machine took over as north")
                let doctor = try CommandRun(world.network.binary, ["doctor", "--data", old])
                #expect(doctor.output.contains("linli hub invite north"), "\(doctor.output)")
                try await eventually("what it had is at the store's new machine") {
                    let facts = try world.till("north").rows("SELECT id FROM fact ORDER BY id")
                    return facts == [[Value("kept")], [Value("sent")]]
                }
                #expect(try world.status("north")["trouble"] as? String == nil)
            }
        }

        private static func former(_ world: World) throws -> [String: Any] {
            let text = try world.network.command("hub", "stores", "--json", on: "hub")
            let all = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
            let sites = try #require(all.first?["former_sites"] as? [[String: Any]])
            #expect(sites.count == 1)
            return try #require(sites.first)
        }
    }
}
