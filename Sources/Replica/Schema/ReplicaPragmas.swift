/// How each kind of connection opens linli.db.
public enum ReplicaPragmas {
    /// For a connection that writes at the hub: what is acknowledged to a store is on the disk.
    public static let hubWriter = shared + ["PRAGMA synchronous = FULL", "PRAGMA wal_autocheckpoint = 4000"]

    /// For a store's daemon. The daemon syncs the write-ahead log itself before a seal leaves, and what it applies can
    /// be fetched again; so it need not wait for the disk at each commit.
    public static let store = shared + ["PRAGMA synchronous = NORMAL", "PRAGMA wal_autocheckpoint = 4000"]

    /// For a connection that only reads.
    public static let reader = shared + ["PRAGMA query_only = ON"]

    /// For a connection that copies the whole file: `query_only` would keep it from writing the copy.
    static let copying = ["PRAGMA temp_store = MEMORY"]

    /// For a connection that makes the file: the journal mode is kept in it.
    public static let creation = ["PRAGMA journal_mode = WAL"] + shared + ["PRAGMA synchronous = FULL"]

    /// 16 MiB of pages; what a round stages in TEMP tables stays in memory; what is deleted is written over, whatever
    /// the system's SQLite does unasked.
    private static let shared = [
        "PRAGMA secure_delete = ON",
        "PRAGMA cache_size = -16384", "PRAGMA temp_store = MEMORY", "PRAGMA trusted_schema = ON",
        "PRAGMA foreign_keys = OFF", "PRAGMA recursive_triggers = OFF",
    ]
}
