/// Every bound of the hub's replica, in one place, with its reason.
public enum HubLimits {
    /// How far a stamp may lie ahead of the greater of the hub's clock and its stamps. The handshake measures a store's
    /// clock to within a round trip, so ten minutes are a wrong clock and no slow link.
    public static let stampAheadMillisecondsMax: Int64 = 10 * 60 * 1000
    /// A store that was away for longer is told to resync: tombstones are dropped by then.
    public static let horizonMilliseconds: Int64 = 30 * 24 * 3600 * 1000
    /// How often the hub notes which position stood at which time, to know what lies past the horizon.
    public static let ageMilliseconds: Int64 = 3600 * 1000
    /// Tombstones dropped in one transaction: about 50 ms of the writer.
    public static let gravesMax = 10_000
    /// Encoded chunks of network and regions that are kept for the next reader.
    public static let chunkCacheBytesMax = 64 * 1024 * 1024
    /// Connections that read the feed while the writer writes.
    public static let readers = 2
    /// Tries to catch a snapshot without unsealed captures before the writer's own connection is taken instead.
    public static let snapshotTriesMax = 3
    /// Cells of one row together: a chunk's frame holds the row and its envelope.
    public static let rowBytesMax = 1024 * 1024
    /// Below this no single value can push a row of `TableShape.valueCellsMax` cells beyond `rowBytesMax`.
    public static let smallValueBytes = 8 * 1024
}
