import NIOCore
import NIOPosix
import NIOSSL
import Trust

/// A client that is not ours: raw bytes, or any TLS that a test asks for.
struct Stranger: Sendable {
    let channel: any Channel
    private let received: EventLoopFuture<[UInt8]>

    /// Connects, sends `bytes` (as many writes), and collects what comes.
    ///
    /// - Parameter address: of this machine, from which it comes; nil for the usual one.
    static func plain(
        _ endpoint: Endpoint,
        from address: String? = nil,
        sending writes: [[UInt8]] = []
    ) async throws -> Stranger {
        let stranger = try await connect(endpoint, from: address, tls: nil)
        for bytes in writes {
            // What the listener closed cannot be written to: that is what some tests wait for.
            stranger.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        }
        return stranger
    }

    static func tls(_ endpoint: Endpoint, _ change: (inout TLSConfiguration) -> Void) async throws -> Stranger {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.certificateVerification = .none
        change(&settings)
        return try await connect(endpoint, tls: NIOSSLContext(configuration: settings))
    }

    /// Everything that came until the connection was closed, whoever closed it.
    func everything() async throws -> [UInt8] { try await received.get() }

    private static func connect(
        _ endpoint: Endpoint,
        from address: String? = nil,
        tls: NIOSSLContext?
    ) async throws -> Stranger {
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let address { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0)) }
        return
            try await bootstrap
            .connect(host: endpoint.host, port: Int(endpoint.port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let all = channel.eventLoop.makePromise(of: [UInt8].self)
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(Collector(all))
                    return Stranger(channel: channel, received: all.futureResult)
                }
            }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let all: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    init(_ all: EventLoopPromise<[UInt8]>) { self.all = all }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { bytes += unwrapInboundIn(data).readableBytesView }

    /// A reset is an end like any other.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { all.succeed(bytes) }

    func handlerRemoved(context: ChannelHandlerContext) { all.succeed(bytes) }
}
