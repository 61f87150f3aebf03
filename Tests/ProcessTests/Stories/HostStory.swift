import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Nodes on hosts of their own", .enabled(if: PythonClient.isThere, Comment(rawValue: PythonClient.missing)))
    struct HostStory {
        @Test(
            "lose packets in silence, in both directions or one, or by the narrowness of the line, and nothing else",
            .enabled(if: HostLines.isPermitted, Comment(rawValue: HostLines.missing))
        )
        func packetsAreGone() async throws {
            var chance = Chance("packets that are gone")
            try await World.run(stores: ["north", "south"], onHosts: true) { world in
                let lines = try #require(world.lines)
                let traders = try Traders(.shop, world, using: &chance)
                for store in world.stores {
                    for fault in ["cut", "up", "down", "slow"] {
                        switch fault {
                        case "cut": try lines.cut(store)
                        case "up": try lines.cut(store, .up)
                        case "down": try lines.cut(store, .down)
                        default:
                            try lines.slow(store, .up, kilobits: 128)
                            try lines.slow(store, .down, kilobits: 64)
                        }
                        try await Task.sleep(for: chance.pause(milliseconds: 500...2_000))
                        try await traders.goOn(world.nodes)
                        if fault == "cut" || fault == "up" { try await Self.expectNothing(from: store, traders, world) }
                        if Bool.random(using: &chance) { try await world.restart(store) }
                        try lines.heal(store)
                    }
                    try await world.restart("hub")
                }
                _ = try traders.settle()
            }
        }

        /// What the store sells does not come to the hub.
        private static func expectNothing(from store: String, _ traders: Traders, _ world: World) async throws {
            let sold = "SELECT count(*) FROM sale WHERE store_id = '\(store)'"
            let before = try world.till("hub").number(sold)
            try await traders.goOn([store])
            #expect(try world.till("hub").number(sold) == before, "from \(store)")
        }
    }
}
