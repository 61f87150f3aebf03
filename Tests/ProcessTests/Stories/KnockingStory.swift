import ChangeLog
import Foundation
import NIOCore
import NIOPosix
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("Who knocks at the hub's port without an invitation")
    struct KnockingStory {
        @Test("gets nothing but a closed connection, whatever is sent, and no store is kept waiting")
        func knocking() async throws {
            try await World.run(stores: ["north"], schema: Schemas.rules) { world in
                var chance = Chance("knocking")
                let port = world.network.hubPort
                var silent: [any Channel] = []
                // More than one address may hold open, and then every kind of noise.
                for _ in 0..<300 { silent.append(try await Self.connect(port)) }
                for round in 0..<200 {
                    let channel = try await Self.connect(port)
                    var noise = (0..<Int(chance.next() % 4_000)).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
                    if round % 2 == 0 { noise = [22, 3, 1, 0x01, 0x00, 1] + noise }
                    channel.writeAndFlush(ByteBuffer(bytes: noise), promise: nil)
                    if round % 3 == 0 { channel.close(promise: nil) }
                    silent.append(channel)
                }
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('a', 'north')")
                try world.expectAgreement()
                // A store that comes anew stands among the strangers until it has shown its certificate.
                try await world.restart("north")
                try world.till("north").write("INSERT INTO fact(id, by) VALUES ('b', 'north')")
                try world.expectAgreement()
                let log = try world.network.daemon("hub").said()
                let told = log.split(separator: "\n").count { $0.contains("turned away") }
                #expect((1...60).contains(told), "\(told) lines, seed \(chance.seed)")
                // Who says nothing, or not enough, is cut after the time of a handshake.
                try await eventually("no half-open connection is left", within: .seconds(40)) {
                    silent.allSatisfy { !$0.isActive }
                }
            }
        }

        private static func connect(_ port: Int) async throws -> any Channel {
            // Of another address than the store's, as from another machine.
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(to: SocketAddress(ipAddress: "127.0.0.66", port: 0))
                .connect(host: "127.0.0.1", port: port).get()
        }
    }
}
