import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("What was added to counters at a hub that is lost")
    struct CounterReturnStory {
        @Test("is added again, once, also when the same backup is restored a second time")
        func added() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                let hub = try world.till("hub")
                try hub.write("INSERT INTO thing(id, said, sum) VALUES ('old', 'before', 1)")
                try world.network.settle()
                let backup = world.network.directory + "/hub.backup"
                _ = try world.network.command("hub", "backup", backup, on: "hub")
                try hub.write("UPDATE thing SET sum = sum + 10 WHERE id = 'old'")
                try hub.write("INSERT INTO thing(id, said, sum) VALUES ('new', 'list', 4)")
                try world.network.settle()
                // South hears nothing of the last of it.
                try world.cut("south")
                try world.till("north").write("UPDATE thing SET sum = sum + 100")
                try hub.write("UPDATE thing SET sum = sum - 3 WHERE id = 'new'")
                try world.network.settle(["north"])
                for _ in 1...2 {
                    try world.kill("hub")
                    try await world.replaceHubDisk(from: backup)
                    if world.isCut("south") { try world.heal("south") }
                    try world.expectAgreement()
                    try world.expectSame(
                        "SELECT id, sum FROM thing ORDER BY id",
                        [[Value("new"), 101], [Value("old"), 111]]
                    )
                    try world.expectSame("SELECT count(*) FROM linli_quarantine", at: ["hub"], [[0]])
                }
            }
        }
    }
}
