import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A town in every weather", .enabled(if: PythonClient.isThere, Comment(rawValue: PythonClient.missing)))
    struct WeatherStory {
        /// Some twenty seconds of each trade; more when `LINLI_KILLS` says so.
        private static let kills = Storm.kills ?? 25
        /// Enough for the long variant's writes; filled by the storm.
        private static let mebibytes = 96

        @Test(
            "trades on, and in the end every acknowledged write is everywhere it belongs, once",
            arguments: [Trade.shop, Trade.rules]
        )
        func everyWeather(_ trade: Trade) async throws {
            let began = ContinuousClock.now
            var chance = Chance("every weather, \(trade.testDescription), \(Self.kills) kills")
            let seed = chance.seed
            let disks = SmallDisk.isPermitted ? ["north": Self.mebibytes] : [:]
            if disks.isEmpty { print(SmallDisk.missing) }
            try await World.run(stores: ["north", "south", "west"], schema: trade.schema, disks: disks) { world in
                let traders = try Traders(trade, world, using: &chance)
                var storm = Storm(world, diskNode: disks.keys.first, using: chance)
                try await storm.blow(kills: Self.kills)
                try await traders.goOn(world.nodes)
                let account = try traders.settle()
                if trade.schema == nil { try Self.expectExceptions(account, world) }
                let seconds = (ContinuousClock.now - began).components.seconds
                print(
                    "every weather, \(trade.testDescription): seed \(seed): \(storm.report); "
                        + "\(account.transactions) transactions in \(seconds) s; \(account.others)"
                )
            }
        }

        /// An order that was handed over and cancelled is exactly one exception.
        private static func expectExceptions(_ account: Account, _ world: World) throws {
            let both = account.both("handed", "cancelled").sorted()
            try world.expectSame(
                "SELECT id FROM exception_cancelled_but_handed_over ORDER BY id",
                at: ["hub"],
                both.map { [Value($0)] }
            )
        }
    }
}
