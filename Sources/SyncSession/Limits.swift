/// Every bound of the protocol, in one place, with its reason. Each end states its own in its first frame, and holds
/// the other to it.
public struct Limits: Hashable, Sendable {
    /// A frame holds one segment or chunk and its envelope; both end at the first row past their target.
    public var frameBytesMax: Int
    /// Changeset bytes sent and not yet acknowledged: what the hub may have to hold for one store.
    public var pushWindowBytes: Int
    /// Chunk bytes sent and not yet taken: what the store may have to hold, and what waits in the hub's socket.
    public var feedWindowBytes: Int

    public init(frameBytesMax: Int, pushWindowBytes: Int, feedWindowBytes: Int) {
        self.frameBytesMax = frameBytesMax
        self.pushWindowBytes = pushWindowBytes
        self.feedWindowBytes = feedWindowBytes
    }

    /// A row has at most 1 MiB in its cells (checked where it is sealed), so twice the segment target and one row fit.
    public static let standard = Limits(
        frameBytesMax: 2 * 1024 * 1024, pushWindowBytes: 1024 * 1024, feedWindowBytes: 512 * 1024)

    /// Protocol versions that this program speaks.
    public static let versions: ClosedRange<Int> = 1...1

    /// Below this a peer could not receive one segment.
    public static let frameBytesLeast = 256 * 1024

    /// How long a frame, any frame, may take to come before the peer counts as gone.
    public static let silenceMilliseconds: Int64 = 15_000
    /// How often each end says something.
    public static let heartbeatMilliseconds: Int64 = 5_000
    /// How long the first frames may take; a stranger holds a connection no longer than this.
    public static let handshakeMilliseconds: Int64 = 10_000
    /// A chunk ends at the first row past this many bytes.
    public static let chunkBytesTarget = 128 * 1024
    /// A chunk has at most this many rows, so that reading one never holds a snapshot for long.
    public static let chunkRowsMax = 8_192
}
