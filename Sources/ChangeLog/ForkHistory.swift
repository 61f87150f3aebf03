/// What the hub has of a site whose replica turned out to be a copy, or an older state of it: by this the replica finds
/// out which of its changesets the hub has seen.
///
/// Law: changesets are chained by hash, so where a hash agrees, all before it agree.
public struct ForkHistory: Hashable, Sendable {
    /// More of a history than this goes into no frame; the replica asks again from where they end.
    public static let entriesMax = 1_000

    public struct Entry: Hashable, Sendable {
        public var hash: ChangesetHash
        /// The greatest stamp in the changeset.
        public var stampMax: Stamp

        public init(hash: ChangesetHash, stampMax: Stamp) {
            self.hash = hash
            self.stampMax = stampMax
        }
    }

    /// The last changeset that the replica knew to be acknowledged.
    public var after: ChangesetNumber
    /// Those that follow it at the hub, without gaps, as far as the replica has numbers.
    public var entries: [Entry]

    public init(after: ChangesetNumber, entries: [Entry]) {
        self.after = after
        self.entries = entries
    }
}
