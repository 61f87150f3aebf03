public import NIOCore
import NIOPosix

/// The link between one store and the hub, on this machine: a TCP proxy that can be cut, stalled, slowed and healed.
public final class LinkProxy: Sendable {
    public enum Direction: Sendable { case up, down }

    /// Where the store dials, on loopback.
    public let port: Int
    private let server: any Channel
    private let weather: LinkWeather

    public static func start(to hubPort: Int, group: any EventLoopGroup) async throws -> LinkProxy {
        let weather = LinkWeather()
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { store in
                weather.carry(store) ? join(store, hubPort: hubPort, weather: weather) : store.close()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LinkProxy(server: server, weather: weather)
    }

    private init(server: any Channel, weather: LinkWeather) {
        self.server = server
        self.weather = weather
        port = server.localAddress?.port ?? 0
    }

    /// Breaks every connection, and new ones, until `heal`.
    public func cut() { weather.cut() }

    /// Cuts once so many more bytes have passed up (from the store) or down; what came before them arrives.
    public func cut(after bytes: Int, _ direction: Direction) {
        weather.cut(after: bytes, direction == .up ? .up : .down)
    }

    /// Connections stand, and nothing passes, until `heal`; then what was sent arrives.
    public func stall() { weather.stall(nil) }

    /// The same in one direction only: the other end is heard, and hears nothing.
    public func stall(_ direction: Direction) { weather.stall(direction == .up ? .up : .down) }

    /// From now on each piece arrives so much later, and up to the jitter later than that; and so many bytes pass in a
    /// second, or as many as can.
    public func slow(milliseconds: Int64, jitterMilliseconds: Int64 = 0, bytesPerSecond: Int64? = nil) {
        weather.slow(
            LinkWeather.Pace(
                delayMilliseconds: milliseconds,
                jitterMilliseconds: jitterMilliseconds,
                bytesPerSecond: bytesPerSecond
            )
        )
    }

    public func heal() { weather.heal() }

    public var isCut: Bool { weather.isCut }

    /// Bytes that passed since the beginning, from the store and to it.
    public var carried: (up: Int64, down: Int64) { weather.carried }

    public func stop() async throws {
        weather.cut()
        try await server.close().get()
    }

    private static func join(_ store: any Channel, hubPort: Int, weather: LinkWeather) -> EventLoopFuture<Void> {
        ClientBootstrap(group: store.eventLoop)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: hubPort)
            .flatMapThrowing { hub in
                try store.pipeline.syncOperations.addHandler(Relay(to: hub, .up, weather))
                try hub.pipeline.syncOperations.addHandler(Relay(to: store, .down, weather))
                weather.carry(hub)
                hub.read()
            }
    }
}

/// Carries bytes to the other channel, one read for each write that went through, so that a slow end slows the other.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private static let holdPause = TimeAmount.milliseconds(5)

    private let other: any Channel
    private let direction: LinkWeather.Direction
    private let weather: LinkWeather

    init(to other: any Channel, _ direction: LinkWeather.Direction, _ weather: LinkWeather) {
        self.other = other
        self.direction = direction
        self.weather = weather
    }

    /// The store's channel is there only now: it was not while the hub was dialled.
    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        forward(unwrapInboundIn(data), from: context.channel)
    }

    private func forward(_ bytes: ByteBuffer, from channel: any Channel) {
        let weather = weather
        switch weather.judge(bytes.readableBytes, direction) {
        case .pass(let delay):
            guard delay > .zero else { return write(bytes, from: channel) }
            channel.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.write(bytes, from: channel) }
        case .passThenCut(let count):
            var rest = bytes
            let last = rest.readSlice(length: count) ?? ByteBuffer()
            other.writeAndFlush(last).whenComplete { _ in weather.cut() }
        case .hold:
            channel.eventLoop.assumeIsolated().scheduleTask(in: Self.holdPause) { self.forward(bytes, from: channel) }
        }
    }

    private func write(_ bytes: ByteBuffer, from channel: any Channel) {
        other.writeAndFlush(bytes).whenComplete { result in
            switch result {
            case .success: channel.read()
            case .failure: channel.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
