import ChangeLog
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Rights of a store that is gone")
    struct ReclaimStory {
        @Test("are listed, refused while it is online, and the hub's after it is gone; what it sold still arrives")
        func reclaim() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try await world.openShops(["north": ["tea": 10_000]])
                let listed = try world.network.command("rights", "--json", on: "hub")
                #expect(
                    listed.contains(
                        "\"node\":\"north\",\"rows\":1,\"stranded\":false,\"table\":\"stock\",\"units\":7000"
                    )
                )
                #expect(
                    try world.network.command("rights", "list", "--rows", on: "north").contains("[\"north\",\"tea\"]")
                )
                let early = try CommandRun(
                    world.network.binary,
                    ["rights", "reclaim", "north", "--data", world.network.data("hub")]
                )
                #expect(early.status == 1 && early.errors.contains("north is online"), "\(early.errors)")

                try world.cut("north")
                try await world.client("north").done("sell", #"{"lines":[{"sku":"tea","quantity":2000}]}"#)
                try world.kill("north")
                try await world.eventually("the hub knows that north is gone") {
                    let stores = try world.status("hub")["stores"] as? [[String: Any]] ?? []
                    return stores.contains { $0["store"] as? String == "north" && $0["state"] as? String == "offline" }
                }
                let said = try world.network.command("rights", "reclaim", "north", on: "hub")
                #expect(said.hasPrefix("the hub has 7000 units in 1 rows that were north's"), "\(said)")
                #expect(try world.rights(of: "hub", to: "tea", at: "north") == 10_000)
                let stranger = try CommandRun(
                    world.network.binary,
                    ["rights", "reclaim", "west", "--data", world.network.data("hub")]
                )
                #expect(stranger.status == 2 && stranger.errors.hasPrefix("linli: the network has no store 'west'"))
                // The hub may promise nine now, and does; what the store sold meanwhile is a fact, and is named.
                try await world.client("hub").done(
                    "order",
                    #"{"lines":[{"sku":"tea","quantity":9000}],"store":"north"}"#
                )
                try world.heal("north")
                try await world.start("north")
                try await world.eventually("what north sold arrives") {
                    try world.till("hub").number("SELECT count(*) FROM sale_line") == 1
                }
                #expect(try world.till("hub").rows("SELECT on_hand, available FROM stock") == [[8_000, 0]])
                #expect(try world.till("hub").rows("SELECT reason FROM linli_quarantine") == [[Value("no rights")]])
            }
        }
    }
}
