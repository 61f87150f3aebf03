public import NIOCore

/// What one end of a connection allows, with the reason for each.
public struct TransportLimits: Sendable {
    /// The longest frame of a session: longer ones end the connection before their bytes are held.
    public var frameBytesMax: Int
    /// The longest frame that a stranger may send: a name, a secret and a signing request.
    public var joinFrameBytesMax = 16 * 1_024
    /// How long a dial may take. A hub behind a bad line answers its first packet within seconds, or not at all.
    public var connectTimeout: TimeAmount = .seconds(10)
    /// How long a TLS handshake may take: three round trips on the worst line, and a busy hub.
    public var handshakeTimeout: TimeAmount = .seconds(10)
    /// How long a join exchange may take: a stranger holds a connection no longer than this.
    public var joinTimeout: TimeAmount = .seconds(20)
    /// How long the peer has to answer a goodbye.
    public var closeTimeout: TimeAmount = .seconds(2)
    /// Bytes sent and not taken by the socket, above which the peer counts as hanging: what one store can cost.
    public var outgoingBytesMax: Int
    /// Bytes sent and not yet taken by the socket, above which a connection is not writable, and below which it is
    /// again.
    public var writeBufferBytes: ClosedRange<Int> = 64 * 1_024...256 * 1_024

    /// Of a listener: all connections. More are closed as they come, so that those that are there go on.
    public var connectionsMax = 20_000
    /// Of a listener: connections that have not shown a certificate yet. Strangers fill these places, never the
    /// stores'.
    public var strangersMax = 1_024
    /// Of a listener: the strangers of one address (of an IPv6 network of 64 bits). Many stores may be behind one router,
    /// and all come back at once; a quarter of the strangers' places is theirs, and nobody's address takes all.
    public var strangersPerAddressMax = 256
    /// Of a listener: connections of one node. A store has one, and for a minute those that a bad line left behind.
    public var connectionsPerNodeMax = 8
    /// Of a listener: connections that the kernel keeps until they are accepted; a thousand stores return at once.
    public var backlog: Int32 = 1_024

    /// `outgoingBytesMax` is by default that of a window of 1 MiB and two frames.
    public init(frameBytesMax: Int, outgoingBytesMax: Int? = nil) {
        self.frameBytesMax = frameBytesMax
        self.outgoingBytesMax = outgoingBytesMax ?? 1_024 * 1_024 + 2 * frameBytesMax
    }
}

/// How much is read from a socket at once. Idle connections need little, and what one keeps is multiplied by the
/// number of stores: see `FrameHandler.recordBytesMax`. Each connection reads once in its turn, or NIO would keep four
/// such buffers for it.
let receiveAllocator = AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1_024, maximum: 8 * 1_024)

extension ChannelOptions.Types.WriteBufferWaterMark {
    init(_ bytes: ClosedRange<Int>) { self.init(low: bytes.lowerBound, high: bytes.upperBound) }
}
