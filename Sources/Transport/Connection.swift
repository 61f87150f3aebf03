public import NIOCore
public import Trust

/// One connection to a peer that was let in. Owned by whoever attached to it; may be used from any thread.
///
///     attach ─→ open ─→ closed        (never open again: a new dial makes a new connection)
///
/// The owner attaches `ConnectionEvents` when the handshake is done, before the first frame. Its closures run on the
/// connection's event loop, one at a time.
public struct Connection: Sendable {
    public let peer: ConnectionPeer
    /// The peer's own certificate; nil for a joining machine, which shows none.
    public let certificate: NodeCertificate?
    /// Address and port of the peer's end, for logs.
    public let remoteAddress: String
    let channel: any Channel

    /// Where the events come in, and where the owner's state lives.
    public var eventLoop: any EventLoop { channel.eventLoop }

    /// Whether the peer takes what is sent. While it does not, send only what cannot wait: what is sent is held in
    /// memory until the peer takes it. `ConnectionEvents.writabilityChanged` tells of changes.
    public var isWritable: Bool { channel.isWritable }

    /// Sends one frame: its payload, without the length. What is sent within one event goes out together.
    ///
    /// A payload longer than the limit ends the connection with `Disconnect.ownFrameTooLong`; so does, with
    /// `.notReading`, a peer that leaves more than `TransportLimits.outgoingBytesMax` waiting.
    public func send(_ payload: ByteBuffer) { channel.writeAndFlush(payload, promise: nil) }

    /// Stops or resumes taking frames, and so, in a while, the peer's sending. At most one read's worth still comes.
    public func setReading(_ isReading: Bool) {
        // Fails only on a closed connection, which reads nothing anyway.
        channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
    }

    /// Sends what was sent, says goodbye, and closes. No frame is delivered after this.
    public func close() { channel.close(promise: nil) }

    /// Returns once the connection is closed, whatever closed it.
    public func waitUntilClosed() async { await channel.closeFuture.waitEitherWay() }
}

/// What a connection tells its owner, on the connection's event loop.
public struct ConnectionEvents {
    /// Bytes came, whether or not they make a frame whole: on a slow line a long frame takes its time, and the peer is
    /// alive meanwhile. Called before `received`.
    public var heard: () -> Void
    /// One frame's payload, a view of the receive buffer: decode it now, or copy it.
    public var received: (ByteBuffer) -> Void
    /// `Connection.isWritable` changed to this.
    public var writabilityChanged: (Bool) -> Void
    /// The end: called once, last.
    public var closed: (Disconnect) -> Void

    public init(
        heard: @escaping () -> Void = {},
        received: @escaping (ByteBuffer) -> Void,
        writabilityChanged: @escaping (Bool) -> Void = { _ in },
        closed: @escaping (Disconnect) -> Void
    ) {
        self.heard = heard
        self.received = received
        self.writabilityChanged = writabilityChanged
        self.closed = closed
    }
}

/// Called on the connection's event loop when a peer was let in; returns who hears of what follows.
public typealias AttachConnection = @Sendable (Connection) -> ConnectionEvents
