import ChangeLog
import Foundation
import Rehearsal
import Replica
import Testing

extension ProcessTests {
    @Suite("A customer who is erased")
    struct EraseStory {
        private static let words = ["13800009999", "13700008888", "13700008889", "c-17-Zhang", "ring-twice-at-Zhang"]

        @Test("is in no file of any node, but in the logs of the stores that had the order, until these are trimmed")
        func files() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try await world.openShops(["north": ["tea": 40_000], "south": ["tea": 40_000]])
                let (hub, north) = (try await world.client("hub"), try await world.client("north"))
                let request =
                    #"{"lines":[{"sku":"tea","quantity":1000}],"customer":"c-17-Zhang","note":"ring-twice-at-Zhang","#
                    + #""contact":{"phone":"13800009999"}}"#
                let here = try await north.done("order", request).text("order")
                let there = try await hub.done(
                    "order",
                    request.replacing("{\"lines\"", with: "{\"store\":\"south\",\"lines\"")
                ).text("order")
                try world.network.settle()
                // Two who know another number at once: the one that loses is kept in a list at both ends.
                try world.cut("north")
                for node in ["north", "hub"] {
                    WallClock.awaitNextMillisecond()
                    try world.till(node).write(
                        "UPDATE order_contact SET phone = ? WHERE order_id = ?",
                        Value(node == "hub" ? "13700008888" : "13700008889"),
                        Value(here)
                    )
                }
                try world.heal("north")
                try world.network.settle()
                try world.expectSame("SELECT count(*) FROM linli_conflict", at: ["hub", "north"], [[1]])
                #expect(there != here)

                let said = try world.network.command("hub", "erase", "c-17-Zhang", on: "hub")
                #expect(
                    said.hasPrefix("erased from 2 orders, with 2 contacts; change logs and backups keep"),
                    "\(said)"
                )
                try world.expectAgreement()
                // The last changeset of a log stays, so something follows.
                try await north.done("sell", #"{"lines":[{"sku":"tea","quantity":1000}]}"#)
                try world.expectAgreement()
                try await world.crash("hub", "north", "south")
                for node in ["hub", "north"] {
                    try await world.eventually("\(node)'s list quotes nothing any more") {
                        try world.till(node).rows("SELECT kept, lost FROM linli_conflict")
                            == [[Value("\"erased\""), Value("\"erased\"")]]
                    }
                }
                for node in world.nodes { world.closeTill(node) }
                for node in world.nodes { try world.network.daemon(node).stop() }
                #expect(try Self.files(with: Self.words, in: world) == ["north/changes.db", "south/changes.db"])

                let later = Int64(Date().timeIntervalSince1970 * 1_000) + 8 * 86_400_000
                for node in ["north", "south"] {
                    let store = try StoreReplica(directory: world.network.data(node))
                    _ = try store.tidy(wallMilliseconds: later)
                    try store.close()
                }
                #expect(try Self.files(with: Self.words, in: world) == [])
                let audit = try CommandRun(world.network.binary, ["hub", "audit", "--data", world.network.data("hub")])
                #expect(audit.status == 0, "\(audit.errors)")
                for node in world.nodes { try await world.start(node) }
                try world.expectAgreement()
            }
        }

        /// Files of all nodes that hold one of the words, by their path below the network's directory.
        private static func files(with words: [String], in world: World) throws -> [String] {
            var found: [String] = []
            for node in world.nodes {
                for name in try FileManager.default.contentsOfDirectory(atPath: world.network.data(node)).sorted() {
                    let path = "\(world.network.data(node))/\(name)"
                    guard FileManager.default.isReadableFile(atPath: path) else { continue }
                    guard
                        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
                            == .typeRegular
                    else { continue }
                    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                    if words.contains(where: { bytes.range(of: Data($0.utf8)) != nil }) {
                        found.append("\(node)/\(name)")
                    }
                }
            }
            return found
        }
    }
}
