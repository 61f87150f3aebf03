import ChangeLog
import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A disk that is full", .enabled(if: PythonClient.isThere, Comment(rawValue: PythonClient.missing)))
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
                for round in 0..<3 {
                    try await traders.goOn(world.nodes)
                    let before = try traders.count("full", at: place)
                    try world.disk(place).fill()
                    try await eventually("a write is refused") { try traders.count("full", at: place) > before }
                    try await eventually("the status says so", within: .seconds(20)) {
                        try world.status(place)["trouble"] is String
                    }
                    try await traders.goOn(world.nodes.filter { $0 != place })
                    if round == 1 { try await Self.restartFull(place, world) }
                    try world.disk(place).free()
                    if try !world.network.daemon(place).isRunning { try await world.start(place) }
                    try await eventually("the status is good") { try world.status(place)["trouble"] is NSNull }
                }
                _ = try traders.settle()
            }
        }

        @Test(
            "at the hub is said in the status also when no store gets as far as to push",
            .enabled(if: SmallDisk.isPermitted, Comment(rawValue: SmallDisk.missing))
        )
        func nobodyLetIn() async throws {
            let disks = ["hub": Self.mebibytes]
            try await World.run(stores: ["north"], schema: Schemas.rules, disks: disks) { world in
                try world.cut("north")
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('meanwhile', 'north')")
                try world.disk("hub").fill()
                try world.heal("north")
                try await eventually("the status says so", within: .seconds(20)) {
                    try world.status("hub")["trouble"] is String
                }
                try world.disk("hub").free()
                try world.expectAgreement()
                #expect(try world.status("hub")["trouble"] is NSNull)
                try world.expectSame("SELECT id FROM fact", [[Value("meanwhile")]])
            }
        }

        /// A daemon that begins on a full disk runs, or says in its exit code that it is the disk.
        private static func restartFull(_ place: String, _ world: World) async throws {
            do { try await world.restart(place) } catch ChildDaemon.Failure.ended {
                #expect(try world.network.daemon(place).exitCode == 74)
            }
        }
    }
}
