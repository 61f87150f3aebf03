public import ChangeLog

/// What crosses between a session and a store's replica on the way down. The node maps the session's messages to these.
public enum StoreFeed {
    /// A run of one scope's feed: every row of it that stands after `from` and at or before `upTo`.
    public struct Chunk: Hashable, Sendable {
        public var scope: FeedScope
        public var from: Position
        public var upTo: Position
        /// As `ChunkWriter` makes it.
        public var bytes: [UInt8]
        /// The hub's own mark of the bytes; empty for none.
        public var seal: [UInt8]

        public init(scope: FeedScope, from: Position, upTo: Position, bytes: [UInt8], seal: [UInt8] = []) {
            self.scope = scope
            self.from = from
            self.upTo = upTo
            self.bytes = bytes
            self.seal = seal
        }
    }

    /// How far the round in progress is staged durably in one scope.
    public struct Staged: Hashable, Sendable {
        public var scope: FeedScope
        public var upTo: Position

        public init(scope: FeedScope, upTo: Position) {
            self.scope = scope
            self.upTo = upTo
        }
    }

    /// What a committed checkpoint did.
    public struct Applied: Hashable, Sendable {
        public var cursor: Cursor
        /// The position below which tombstones may go for this store.
        public var safe: Position
        /// Rows that the round named.
        public var rows: Int
        /// The round changed nothing that SQL can see, and linli.db was not touched.
        public var isLight: Bool

        public init(cursor: Cursor, safe: Position, rows: Int, isLight: Bool) {
            self.cursor = cursor
            self.safe = safe
            self.rows = rows
            self.isLight = isLight
        }
    }
}
