import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The doctor")
    struct DoctorStory {
        @Test("finds nothing wrong with a healthy network, running and stopped")
        func healthy() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('a', 'north')")
                try world.network.settle()
                for node in ["hub", "north"] {
                    let (code, findings) = try Self.examine(node, in: world)
                    #expect(code == 0, "\(node): \(findings)")
                    #expect(
                        Set(findings.keys).isSuperset(of: [
                            "disk", "permissions", "integrity", "schema", "durability", "daemon", "clock",
                            "certificate",
                            "connection",
                        ])
                    )
                }
                try world.network.daemon("north").stop()
                let (code, findings) = try Self.examine("north", in: world)
                #expect(code == 0 && findings["daemon"]?.state == "attention")
                // By a handshake of its own.
                #expect(findings["connection"]?.found.contains("is the one of this network") == true)
                let text = try world.network.command("doctor", on: "hub")
                #expect(text.contains("ok        integrity"), "\(text)")
            }
        }

        @Test("names what is wrong, with its cure, and ends with 1")
        func sick() async throws {
            try await World.run(stores: ["north"], schema: Schemas.shelf) { world in
                let data = world.network.data("north")
                try world.till("north").write("INSERT INTO shelf VALUES ('north', 'tea', 10)")
                try world.network.settle()
                func expect(
                    _ check: String,
                    _ words: String...,
                    sourceLocation: SourceLocation = #_sourceLocation
                ) throws {
                    let (code, findings) = try Self.examine("north", in: world)
                    let finding = findings[check]
                    #expect(code == 1, sourceLocation: sourceLocation)
                    #expect(finding?.state == "wrong", "\(findings)", sourceLocation: sourceLocation)
                    let said = "\(finding?.found ?? "") → \(finding?.cure ?? "")"
                    for word in words { #expect(said.contains(word), "\(said)", sourceLocation: sourceLocation) }
                }
                try Self.mode(0o755, data + "/keys")
                try expect("permissions", "may be entered by others", "chmod 700")
                try Self.mode(0o700, data + "/keys")
                try Self.mode(0o644, data + "/keys/node.key")
                try expect("permissions", "node.key", "mode 644", "chmod 600")
                try Self.mode(0o600, data + "/keys/node.key")
                try Self.mode(0o775, data)
                try expect("permissions", "everybody", "chmod o=")
                try Self.mode(0o770, data)

                // A client with its triggers off spends a right that it does not have.
                let cheat = "UPDATE shelf SET available = available - 1 WHERE sku = 'tea'"
                #expect(try world.shell("north").runWithoutTriggers(cheat).status == 0)
                try expect("change log", "rights of shelf.available do not add up", "triggers off")
                let undo = "UPDATE shelf SET available = available + 1 WHERE sku = 'tea'"
                #expect(try world.shell("north").runWithoutTriggers(undo).status == 0)

                let trigger = try world.till("north").rows(
                    "SELECT sql FROM sqlite_schema WHERE name = 'linli_insert_promise'"
                )
                try world.till("north").write("DROP TRIGGER linli_insert_promise")
                try expect("schema", "linli_insert_promise, which is missing", "take the application's change back")
                guard case .text(let sql)? = trigger.first?.first else { throw CocoaError(.coderInvalidValue) }
                try world.till("north").write(String(decoding: sql, as: UTF8.self))
                try await eventually("the store is well again") { try Self.examine("north", in: world).code == 0 }

                _ = try world.network.command("hub", "freeze", "north", on: "hub")
                try await eventually("the store is shut out") {
                    try world.status("north")["trouble"] as? String != nil
                }
                try expect("daemon", "FROZEN", "linli hub thaw north")
                try world.network.daemon("north").stop()
                try world.network.daemon("hub").stop()
                try expect("connection", "nothing answers", "check the address")

                // A page of the replica is not what it was.
                try world.till("north").close()
                try Self.damage(world.network.replica("north"))
                try expect("integrity", "linli.db", "restore the directory from a backup")
            }
        }

        @Test("sees a disk that is nearly full")
        func fullDisk() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules, disks: ["north": 48]) { world in
                try world.network.settle()
                let (code, findings) = try Self.examine("north", in: world)
                #expect(code == 1 && findings["disk"]?.state == "wrong")
                #expect(findings["disk"]?.cure?.contains("make room") == true)
            }
        }

        private struct Finding: Decodable, CustomStringConvertible {
            let check: String
            let state: String
            let found: String
            let cure: String?

            var description: String { "\(state): \(found) → \(cure ?? "-")" }
        }

        /// Of several findings of one check the worst.
        private static func examine(_ node: String, in world: World) throws -> (code: Int32, [String: Finding]) {
            let run = try CommandRun(world.network.binary, ["doctor", "--json", "--data", world.network.data(node)])
            let all = try JSONDecoder().decode([Finding].self, from: Data(run.output.utf8))
            var worst: [String: Finding] = [:]
            for one in all where worst[one.check]?.state != "wrong" { worst[one.check] = one }
            return (run.status, worst)
        }

        private static func mode(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }

        /// Overwrites the middle of the file, past its header and its schema.
        private static func damage(_ path: String) throws {
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { file.closeFile() }
            let size = try file.seekToEnd()
            try file.seek(toOffset: size / 2 / 4096 * 4096)
            try file.write(contentsOf: Data(repeating: 0xa5, count: 4096 * 4))
        }
    }
}
