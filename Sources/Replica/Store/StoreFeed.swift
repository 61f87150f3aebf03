public import ChangeLog

/// What crosses between a session and a store's replica on the way down. The node maps the session's messages to these.
public enum StoreFeed {
    /// The parts of the feed that a store reads; the raw values are those of the wire.
    public enum Scope: UInt8, Hashable, Sendable, CaseIterable {
        case network = 0
        case region = 1
        case store = 2
        case answers = 3
    }

    /// A run of one scope's feed: every row of it that stands after `from` and at or before `upTo`.
    public struct Chunk: Hashable, Sendable {
        public var scope: Scope
        public var from: Position
        public var upTo: Position
        /// As `ChunkWriter` makes it.
        public var bytes: [UInt8]

        public init(scope: Scope, from: Position, upTo: Position, bytes: [UInt8]) {
            self.scope = scope
            self.from = from
            self.upTo = upTo
            self.bytes = bytes
        }
    }

    /// How far the round in progress is staged durably in one scope.
    public struct Staged: Hashable, Sendable {
        public var scope: Scope
        public var upTo: Position

        public init(scope: Scope, upTo: Position) {
            self.scope = scope
            self.upTo = upTo
        }
    }

    /// A position at which the store may commit what it received.
    public struct Checkpoint: Hashable, Sendable {
        public var cursor: Cursor
        /// The last of the site's changesets that the hub's state at `cursor` includes.
        public var included: ChangesetNumber
        /// At or above every stamp in the state at `cursor`.
        public var stamp: Stamp
        public var schemaVersion: Int
        /// The round began at nothing: rows that were not named in it are removed.
        public var isComplete: Bool

        public init(
            cursor: Cursor,
            included: ChangesetNumber,
            stamp: Stamp,
            schemaVersion: Int,
            isComplete: Bool
        ) {
            self.cursor = cursor
            self.included = included
            self.stamp = stamp
            self.schemaVersion = schemaVersion
            self.isComplete = isComplete
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
