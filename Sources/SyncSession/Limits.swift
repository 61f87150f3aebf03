/// Every bound of the protocol, in one place, with its reason. Each end states its own in its first frame, and holds
/// the other to it; of the two ends' limits the smaller counts.
///
/// Windows: a part or a chunk may leave while fewer bytes than the window are under way. So at most the window and
/// one frame are, and a row of any allowed size passes through any window.
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
        frameBytesMax: 2 * 1024 * 1024,
        pushWindowBytes: 1024 * 1024,
        feedWindowBytes: 512 * 1024
    )

    /// Protocol versions that this program speaks.
    public static let versions: ClosedRange<Int> = 1...1

    /// Below this a peer could not receive one segment.
    public static let frameBytesLeast = 256 * 1024
    /// What a part or chunk counts in a window and a frame beside its bytes: more than its envelope and header take,
    /// so that endless tiny frames fill a window too.
    public static let envelopeBytes = 256

    /// How long a peer may say nothing, not one byte, before it counts as gone.
    public static let silenceMilliseconds: Int64 = 15_000
    /// How often each end says something.
    public static let heartbeatMilliseconds: Int64 = 5_000
    /// Pings that may come at once after the link was stuck; beyond these, twice as many as heartbeats.
    public static let pingsAtOnceMax: Int64 = 8
    /// How long the store's first frames may take; a stranger holds a connection no longer than this.
    public static let handshakeMilliseconds: Int64 = 10_000
    /// How long a store waits for its welcome: the hub may have a thousand others to greet, and ends and drains the
    /// site's older session first.
    public static let welcomeMilliseconds: Int64 = 30_000

    /// The hub's mark of a chunk; one that knows it has 16.
    public static let sealBytesMax = 64

    /// A chunk ends at the first row past this many bytes.
    public static let chunkBytesTarget = 128 * 1024
    /// A chunk has at most this many rows, so that reading one never holds a snapshot for long.
    public static let chunkRowsMax = 8_192

    /// A round that reads this many chunks past the head at which it began does not catch up by reading on: the rest
    /// is read from one snapshot. By then 1 MiB changed while the round was sent. It bounds the spool, too: a chunk past
    /// the head comes only when all scopes were read up to there.
    public static let chunksPastHeadMax = 8
    /// So often may a scope move between the last chunk and the checkpoint; then the rest is read from one snapshot.
    public static let checkpointTriesMax = 4
    /// How long a store's cursor may stay behind the head while nothing concerns the store. Tombstones wait for the
    /// slowest cursor; a checkpoint costs the store one small synced commit.
    public static let cursorLagMilliseconds: Int64 = 15_000

    /// What bounds both ends: of each limit the smaller.
    public func agreed(with other: Limits) -> Limits {
        Limits(
            frameBytesMax: min(frameBytesMax, other.frameBytesMax),
            pushWindowBytes: min(pushWindowBytes, other.pushWindowBytes),
            feedWindowBytes: min(feedWindowBytes, other.feedWindowBytes)
        )
    }

    /// A peer can work within these.
    public var areWorkable: Bool {
        frameBytesMax >= Self.frameBytesLeast && pushWindowBytes > 0 && feedWindowBytes > 0
    }

    /// More than a peer that reads ever leaves waiting to be sent to it. Whoever lets more pile up is not reading, and
    /// the shell ends the session.
    public var outgoingBytesMax: Int {
        max(pushWindowBytes, feedWindowBytes) + 2 * frameBytesMax
    }
}
