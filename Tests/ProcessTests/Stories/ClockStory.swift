import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A store whose machine has the wrong time", .enabled(if: WrongMachine.isThere, "there is no compiler of C"))
    struct ClockStory {
        @Test(
            "stamps by the hub's clock: what it wrote hours ahead loses to what another wrote later, and the till's times stay",
            arguments: [5 * 3_600, -5 * 3_600]
        )
        func wrong(shiftSeconds: Int) async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.till("south").write(
                    "INSERT INTO thing(id, said, sum) VALUES ('a', 'first', 0), ('b', 'first', 0)"
                )
                try world.network.settle()
                try world.network.daemon("north").stop()
                world.closeTill("north")
                let machine = try WrongMachine(in: world.network.directory, shiftSeconds: shiftSeconds)
                let port = try world.network.link("north").port
                let daemon = try machine.runStore("north", of: world.network, hubPort: port)
                // Told in whole seconds, and measured to some milliseconds.
                try await daemon.says("s \(shiftSeconds < 0 ? "behind" : "ahead of") the hub's: changes are stamped")
                let offset = try world.status("north")["clock_offset_ms"] as? Int ?? 0
                #expect(abs(offset + shiftSeconds * 1_000) < 5_000, "\(offset)")

                // Neither sees the other's write before its own.
                try world.cut("north")
                let north = world.network.replica("north")
                let now = "unixepoch() * 1000"
                if shiftSeconds > 0 {
                    _ = try machine.sell(
                        north,
                        "UPDATE thing SET said = 'north, earlier', begun = \(now) WHERE id = 'a';"
                    )
                    WallClock.awaitNextMillisecond()
                    try world.till("south").write("UPDATE thing SET said = 'south, later' WHERE id = 'a'")
                } else {
                    try world.till("south").write("UPDATE thing SET said = 'south, earlier' WHERE id = 'a'")
                    // Its measured offset is good to half a round trip.
                    for _ in 0..<200 { WallClock.awaitNextMillisecond() }
                    _ = try machine.sell(
                        north,
                        "UPDATE thing SET said = 'north, later', begun = \(now) WHERE id = 'a';"
                    )
                }
                try world.network.settle(["south"])
                try world.heal("north")
                try world.expectAgreement()
                let winner = Value(shiftSeconds > 0 ? "south, later" : "north, later")
                try world.expectSame("SELECT said FROM thing WHERE id = 'a'", [[winner]])
                // The till's own time is as the till saw it.
                let begun =
                    try world.till("hub").rows("SELECT begun FROM thing WHERE id = 'a'").first?.first?.integer ?? 0
                let seen = Int64(Date().timeIntervalSince1970) + Int64(shiftSeconds)
                #expect(abs(begun / 1_000 - seen) < 120)
                daemon.stop()
            }
        }
    }
}
