import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A disk that is full")
    struct DiskStory {
        private static let mebibytes = 24

        @Test(
            "at a store or at the hub is said in the status, refuses writes at the till, and all goes on when it is free",
            .enabled(if: SmallDisk.isPermitted, Comment(rawValue: SmallDisk.missing)),
            arguments: ["north", "hub"]
        )
        func full(_ place: String) async throws {
            var chance = Chance("a full disk at \(place)")
            let disks = [place: Self.mebibytes]
            try await World.run(stores: ["north", "south"], schema: Trade.rules.schema, disks: disks) { world in
                let traders = try Traders(.rules, world, using: &chance)
                for _ in 0..<3 {
                    try await traders.goOn(world.nodes)
                    let before = try traders.count("full", at: place)
                    try world.disk(place).fill()
                    try await eventually("a write is refused") { try traders.count("full", at: place) > before }
                    try await eventually("the status says so") { try world.status(place)["trouble"] is String }
                    try await traders.goOn(world.nodes.filter { $0 != place })
                    try world.disk(place).free()
                    try await eventually("the status is good") { try world.status(place)["trouble"] is NSNull }
                }
                _ = try traders.settle()
            }
        }
    }
}
