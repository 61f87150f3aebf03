public import ChangeLog

/// A changeset that a session received whole.
public struct IncomingChangeset: Sendable {
    public enum Body: Sendable {
        /// The segments, in order.
        case segments([[UInt8]])
        /// They were held, part by part (`HubReplica.hold`).
        case held
    }

    public var header: ChangesetHeader
    public var body: Body
    /// The store's signature over this changeset's hash, checked; nil where a later one's covers it.
    public var proof: ChangesetProof?
    /// An operator lets it in, although its store or site takes part no more.
    public var isAdmitted = false

    public init(header: ChangesetHeader, body: Body, proof: ChangesetProof? = nil) {
        self.header = header
        self.body = body
        self.proof = proof
    }
}

/// What became of one changeset.
public enum MergeOutcome: Hashable, Sendable {
    /// The site's change log is merged through this number, and synced to disk. Also when the hub had it already.
    case merged(through: ChangesetNumber)
    /// It does not follow the last one; push from `expected`.
    case gap(expected: ChangesetNumber)
    /// The number is the next one, but it does not follow the changeset that the hub has: the site was copied.
    case forked
    /// The body is not the one that the header names, or parts of it are missing; push the changeset again.
    case damaged(String)
    /// The site, or its store, does not take part.
    case stranger
    /// The store was frozen meanwhile; its changesets are taken once it is thawed.
    case frozen(NodeName)
}

/// What one transaction of the hub's writer did.
public struct MergeReport: Sendable {
    /// In the order of the batch.
    public var outcomes: [MergeOutcome]
    public var head: Position
    /// Scopes with news, in order of their first.
    public var news: [HubScopeName]
    /// Lines that were added.
    public var conflicts: Int
    public var quarantined: Int
    /// Operations that were merged, refused ones included.
    public var operations: Int

    init(head: Position) {
        outcomes = []
        self.head = head
        news = []
        conflicts = 0
        quarantined = 0
        operations = 0
    }
}
