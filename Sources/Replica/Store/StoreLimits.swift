/// Every bound of a store's replica, in one place, with its reason.
public enum StoreLimits {
    /// An included changeset stays at least until it is this far behind the last one, or this old: a hub restored from
    /// a backup is sent again what it lost. A hub that tells of its backups keeps what is above the last one, however far
    /// behind and old.
    public static let keptChangesets: Int64 = 10_000
    public static let keptMilliseconds: Int64 = 7 * 86_400_000
    /// Chunks of a round are held in memory up to this many bytes, and written to changes.db beyond it: a live round of
    /// a few rows costs no sync to disk, a long one resumes after a cut. Two full chunks.
    public static let stagedInMemoryBytesMax = 256 * 1024
    /// With more captured rows than this between the last look and the write lock, the lock is given back and they are
    /// sealed outside of it; a till waits as long as the lock is held.
    public static let lockedCapturesMax = 1_000
    /// Then they are sealed under the lock, however many they are: a round must not starve.
    public static let lockAttemptsMax = 8
    /// Captured rows deleted in one transaction: a few milliseconds of lock.
    public static let trimmedCapturesMax: Int64 = 5_000
    /// Fewer sealed captures than this are left alone: taking the write lock for them disturbs a till for nothing.
    public static let trimmedCapturesMin: Int64 = 1_000
    /// Changesets deleted in one transaction.
    public static let trimmedChangesetsMax: Int64 = 1_000
    /// A wall clock that differs from the hub's by no more than this is right: changesets that nobody has seen are left
    /// alone, and the offset is not written down anew.
    public static let clockSlackMilliseconds: Int64 = 2_000
    /// Two clocks that are read one after the other in whole milliseconds differ by so much without being wrong.
    public static let clockReadingMilliseconds: Int64 = 2
    /// Pages of TEMP tables held in memory, in KiB; a longer round spills to the system's temporary directory.
    public static let roundMemoryKibibytes = 64 * 1024
    /// Rows of a round up to this many are looked for among the pending changesets by digest; beyond it, all pending
    /// changesets are read, which is then the lesser work.
    public static let digestedRowsMax = 100_000
    /// What came down last is kept for a hub that loses it: as much as some weeks of prices and orders, so much of the
    /// disk, and so many chunks, which are small where little changes.
    public static let receivedBytesMax = 16 * 1024 * 1024
    public static let receivedChunksMax = 16_384
    /// So often is looked whether it is too much.
    public static let receivedChunksBetweenTrims = 256
    /// Rows whose rights may have moved since they were last looked at; beyond this all rows are looked at.
    public static let shareWatchRowsMax = 4_096
}
