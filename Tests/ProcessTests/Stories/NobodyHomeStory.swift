import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A command where its node is not")
    struct NobodyHomeStory {
        @Test("says in one line that nothing lives there, or that there is no such file, and what to do")
        func absent() throws {
            let directory = try TemporaryDirectory()
            let binary = try Binary.path()
            func run(_ words: String...) throws -> CommandRun { try CommandRun(binary, words) }
            let empty = directory.path + "/empty"
            try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
            for place in [empty, directory.path + "/nowhere"] {
                for doctor in [try run("doctor", "--data", place), try run("doctor", "--json", "--data", place)] {
                    #expect(doctor.status == 2, "\(doctor.errors)")
                    #expect(doctor.output.isEmpty)
                    #expect(doctor.errors.contains("holds no replica; make one with `linli hub init`"))
                    #expect(!doctor.errors.contains("\n"))
                }
            }
            for file in [directory.path + "/missing.backup", empty] {
                let restore = try run("hub", "restore", file, "--data", directory.path + "/hub")
                #expect(restore.status == 2, "\(restore.errors)")
                #expect(restore.errors.contains(file) && restore.errors.contains("`linli hub backup` wrote"))
                #expect(!restore.errors.contains("disk") && !restore.errors.contains("\n"), "\(restore.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: directory.path + "/hub"))
        }

        @Test("A look at a stopped hub writes nothing: no epoch, not one row")
        func onlyLooks() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('a', 'north')")
                try world.network.settle()
                try world.network.daemon("hub").stop()
                world.closeTill("hub")
                // SQLite itself folds its log into the file when the last who looks goes: rows count, not bytes.
                func rows() throws -> String { try world.shell("hub").run(".dump").output }
                let before = try rows()
                #expect(before.contains("linli_epoch"))
                let stores = try world.network.command("hub", "stores", on: "hub")
                #expect(stores.contains("north") && stores.contains("offline"))
                let status = try world.status("hub")
                #expect(status["running"] as? Bool == false && (status["cursor"] as? Int ?? 0) > 0)
                _ = try world.network.command("doctor", on: "hub")
                #expect(try rows() == before)
            }
        }
    }
}
