public import NIOCore
import NIOPosix
import Synchronization

/// The link between one store and the hub, on this machine: a TCP proxy that can be cut and healed.
///
///     healed ──cut──▶ cut: every connection is broken, new ones are broken at once ──heal──▶ healed
public final class LinkProxy: Sendable {
    /// Where the store dials, on loopback.
    public let port: Int
    private let server: any Channel
    private let link: Link

    public static func start(to hubPort: Int, group: any EventLoopGroup) async throws -> LinkProxy {
        let link = Link()
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { store in
                link.admit(store) { Self.join(store, hubPort: hubPort, link: link, group: group) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LinkProxy(server: server, link: link)
    }

    private init(server: any Channel, link: Link) {
        self.server = server
        self.link = link
        port = server.localAddress?.port ?? 0
    }

    public func cut() { link.cut() }

    public func heal() { link.heal() }

    public func stop() async throws {
        link.cut()
        try await server.close().get()
    }

    private static func join(
        _ store: any Channel, hubPort: Int, link: Link, group: any EventLoopGroup
    ) -> EventLoopFuture<Void> {
        ClientBootstrap(group: store.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: hubPort)
            .flatMapThrowing { hub in
                let (up, down) = (Relay(to: hub), Relay(to: store))
                try store.pipeline.syncOperations.addHandler(up)
                try hub.pipeline.syncOperations.addHandler(down)
                link.keep(hub)
                store.read()
                hub.read()
            }
    }

    /// Which channels the link carries, and whether it stands.
    private final class Link: Sendable {
        private struct State {
            var isCut = false
            var channels: [any Channel] = []
        }

        private let state = Mutex(State())

        func admit(
            _ channel: any Channel, _ carry: () -> EventLoopFuture<Void>
        ) -> EventLoopFuture<Void> {
            keep(channel) ? carry() : channel.close()
        }

        /// False when the link is cut; the channel is then closed.
        @discardableResult
        func keep(_ channel: any Channel) -> Bool {
            let isKept = state.withLock { state in
                if state.isCut { return false }
                state.channels.removeAll { !$0.isActive && $0 !== channel }
                state.channels.append(channel)
                return true
            }
            if !isKept { channel.close(promise: nil) }
            return isKept
        }

        func cut() {
            let broken = state.withLock { state in
                defer { state.channels = [] }
                state.isCut = true
                return state.channels
            }
            for channel in broken { channel.close(promise: nil) }
        }

        func heal() { state.withLock { $0.isCut = false } }
    }
}

/// Carries bytes to the other channel, one read for each write that went through, so that a slow end slows the other.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = context.channel
        other.writeAndFlush(unwrapInboundIn(data)).whenComplete { result in
            switch result {
            case .success: channel.read()
            case .failure: channel.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
