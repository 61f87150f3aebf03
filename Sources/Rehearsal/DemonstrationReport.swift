/// What a demonstration came to: facts read back from the replicas, for whoever tells them.
public struct DemonstrationReport: Sendable {
    public struct Sold: Sendable {
        public var store: String
        public var baskets: Int64
        /// Whole units.
        public var units: Int64
    }

    /// Somebody tried to sell or promise something.
    public struct Attempt: Sendable {
        public var who: String
        public var what: String
        /// The replica's words; nil when it went through.
        public var refusal: String?
    }

    /// The digest of one store's scope, over all tables.
    public struct Digests: Sendable {
        public var store: String
        public var atStore: String
        public var atHub: String
    }

    public struct Check: Sendable {
        public var what: String
        public var holds: Bool
    }

    /// What was sold, in one sentence.
    public var trade = ""
    public var sold: [Sold] = []
    public var attempts: [Attempt] = []
    /// One sentence each.
    public var merges: [String] = []
    public var digests: [Digests] = []
    public var checks: [Check] = []

    /// Every check held, and there were some.
    public var isRight: Bool { !checks.isEmpty && checks.allSatisfy { $0.holds } }
}
