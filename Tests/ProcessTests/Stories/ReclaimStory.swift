import ChangeLog
import Foundation
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

        @Test("that a lost disk left at a store are free once the shelf is counted there, by themselves")
        func counted() async throws {
            try await World.run(stores: ["north", "south"]) { world in
                try await world.openShops(["north": ["tea": 10_000]])
                // What the disk sold last nobody hears of.
                try world.cut("north")
                try await world.client("north").done("sell", #"{"lines":[{"sku":"tea","quantity":2000}]}"#)
                try world.kill("north")
                world.closeTill("north")
                try FileManager.default.moveItem(
                    atPath: world.network.data("north"),
                    toPath: world.network.directory + "/broken-disk"
                )
                try world.heal("north")
                try world.network.joinAgain("north")
                try await world.start("north")
                try world.network.settle()
                let stranded = "SELECT subject GLOB 'north#*', units FROM exception_stranded_rights"
                #expect(try world.till("hub").rows(stranded) == [[1, 7_000]])
                let refused = try await world.client("north").post(
                    "order",
                    #"{"lines":[{"sku":"tea","quantity":9000}]}"#
                )
                #expect(refused.text("code") == "NO_RIGHTS")
                try await world.client("north").done("count", #"{"lines":[{"sku":"tea","counted":8000}]}"#)
                try await world.network.daemon("hub").says("7000 units of lost disks of north are the hub's")
                try await world.eventually("the store has its part of them") {
                    try world.network.settle()
                    return try world.rights(of: "north", to: "tea", at: "north") >= 5_000
                }
                try world.expectAgreement()
                #expect(try world.till("hub").rows(stranded) == [])
                try world.expectSame(
                    "SELECT on_hand, available - overdrawn FROM stock",
                    at: ["hub", "north"],
                    [[8_000, 8_000]]
                )
            }
        }
    }
}
