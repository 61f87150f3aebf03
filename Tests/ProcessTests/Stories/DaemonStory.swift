import ChangeLog
import Foundation
import NIOCore
import NIOPosix
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("A daemon")
    struct DaemonStory {
        @Test("says when it listens, connects, loses the hub and has it again, and stops within seconds when asked to")
        func itsLog() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                let store = try world.network.daemon("north")
                try await store.says("connected to the hub")
                try world.cut("north")
                try await store.says("lost the hub")
                try world.heal("north")
                try world.network.settle()
                #expect(try store.said().components(separatedBy: "connected to the hub").count == 3)
                for node in ["north", "hub"] {
                    let began = ContinuousClock.now
                    #expect(try world.network.daemon(node).stop() == 0, "at \(node)")
                    #expect(ContinuousClock.now - began < .seconds(5), "at \(node)")
                }
            }
        }

        @Test("stops within seconds also while it dials a hub that says nothing")
        func stopsWhileDialling() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                try world.kill("north")
                try world.pause("hub")
                let link = try world.network.link("north")
                let before = link.carried.up
                try await world.start("north")
                try await eventually("its hello is sent") { link.carried.up > before }
                let began = ContinuousClock.now
                #expect(try world.network.daemon("north").stop() == 0)
                #expect(ContinuousClock.now - began < .seconds(5))
                try world.resume("hub")
                try await world.start("north")
                try world.expectAgreement()
            }
        }

        @Test("has its data directory to itself")
        func twoDaemons() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                for (node, role) in [("hub", "hub"), ("north", "store")] {
                    let second = try CommandRun(
                        world.network.binary,
                        [role, "run", "--data", world.network.data(node)]
                            + (role == "hub" ? ["--listen", "127.0.0.1:0"] : [])
                    )
                    #expect(second.status == 74)
                    #expect(second.errors.contains("a daemon runs on \(world.network.data(node)) already"))
                }
                try world.expectAgreement()
            }
        }

        @Test("lets no stranger, no garbage and no half-open connection keep others from their work")
        func strangers() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                let group = MultiThreadedEventLoopGroup.singleton
                var chance = Chance("garbage")
                var strangers: [any Channel] = []
                for length in [0, 1, 5, 64, 1_000, 100_000] {
                    let stranger = try await ClientBootstrap(group: group)
                        .connect(host: "127.0.0.1", port: world.network.hubPort).get()
                    let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &chance) }
                    stranger.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
                    strangers.append(stranger)
                }
                // The beginning of a true handshake, and then nothing.
                let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]
                let half = try await ClientBootstrap(group: group)
                    .connect(host: "127.0.0.1", port: world.network.hubPort).get()
                try await half.writeAndFlush(ByteBuffer(bytes: hello)).get()
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('meanwhile', 'north')")
                try world.network.settle(seconds: 10)
                try world.expectSame("SELECT id FROM fact", [[Value("meanwhile")]])
                try await world.network.daemon("hub").says("turned away")
                for stranger in strangers + [half] { stranger.close(promise: nil) }
            }
        }

        @Test("that was asleep, or whose line was silent, goes on when it wakes")
        func asleep() async throws {
            try await World.run(stores: ["north", "south"], schema: Schemas.rules) { world in
                try world.network.daemon("hub").pause()
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('while the hub sleeps', 'north')")
                try await Task.sleep(for: .milliseconds(500))
                try world.network.daemon("hub").resume()
                try world.network.daemon("south").pause()
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('while south sleeps', 'north')")
                try world.network.settle(["north"])
                try world.network.daemon("south").resume()
                try world.network.link("north").stall()
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('on a silent line', 'north')")
                try await Task.sleep(for: .milliseconds(500))
                try world.network.link("north").heal()
                try world.expectAgreement()
                try world.expectSame("SELECT count(*) FROM fact", [[3]])
            }
        }
    }
}
