import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A store's certificate")
    struct CertificateStory {
        @Test(
            "is renewed by itself, also after it ended while the store was away; the key stays; a frozen store gets none"
        )
        func renewed() async throws {
            try await World.run(stores: [], schema: Schemas.rules) { world in
                let network = world.network
                try network.daemon("hub").stop()
                let hub = try ChildDaemon(
                    binary: network.binary,
                    [
                        "hub", "run", "--data", network.data("hub"), "--listen", "127.0.0.1:\(network.hubPort)",
                        "--certificate-lifetime", "6s",
                    ],
                    log: network.directory + "/hub-short.log",
                    directory: network.directory
                )
                defer { hub.stop() }
                try await hub.says("listening on ")
                try await network.startStore("north", region: "town")
                let keys = network.data("north") + "/keys"
                let key = try Self.contents(keys + "/node.key")

                let first = try Self.contents(keys + "/node.crt")
                try await eventually("the certificate is another one") {
                    try Self.contents(keys + "/node.crt") != first
                }
                #expect(try Self.contents(keys + "/node.key") == key)
                for file in ["node.key", "node.crt", "authority.crt"] {
                    let mode = try FileManager.default.attributesOfItem(atPath: "\(keys)/\(file)")[.posixPermissions]
                    #expect(mode as? Int == 0o600, "\(file)")
                }

                // Away until it has ended.
                try network.daemon("north").stop()
                try await eventually("the certificate has ended") {
                    let run = try CommandRun(network.binary, ["doctor", "--data", network.data("north")])
                    return run.status == 1 && run.output.contains("the node's certificate ended")
                }
                let ended = try Self.contents(keys + "/node.crt")
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('late', 'north')")
                try await network.run("north")
                try world.expectAgreement()
                try world.expectSame("SELECT id FROM fact", [[Value("late")]])
                try await eventually("it is renewed") { try Self.contents(keys + "/node.crt") != ended }

                _ = try network.command("hub", "freeze", "north", on: "hub")
                try await hub.says("a renewal was refused: store north is frozen")
            }
        }

        private static func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
    }
}
