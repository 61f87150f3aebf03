/// Every bound of a schema document, in one place, with its reason.
public enum SchemaLimits {
    /// A document travels to every store in one frame, and is read at every start.
    public static let documentBytesMax = 1024 * 1024
    /// Names stand in SQL, JSON and messages, with `linli_` and a word before them.
    public static let nameBytesMax = 63
    /// Far above any chain of stores, far below what makes reading slow.
    public static let tablesMax = 1000
    /// Key, value and generated columns together: SQLite joins and triggers stay far from their own bounds.
    public static let columnsMax = 250
    /// A change names its columns in a mask of 64 bits, of which insert, delete and the sign have one each.
    public static let valueColumnsMax = 61
    /// Every write of the table runs all of an event's effects in the till's own transaction.
    public static let effectsMax = 64
    /// A row may stand in several scopes; each costs an entry in the feed.
    public static let scopesMax = 16
    /// One expression, statement or view.
    public static let sqlBytesMax = 64 * 1024
    /// Counters, floors and steps stay exact in JSON and in every language of a client.
    public static let unitsMax: Int64 = 1 << 53
}
