/// What an operator decides about a store: `linli hub freeze`, `thaw`, `retire` and `release`.
///
///     {"ask":"order","verb":"retire","store":"nanjing-3","rights":"keep"}
public struct StoreOrder: Hashable, Sendable, Codable {
    public enum Verb: String, Hashable, Sendable, Codable {
        /// Ends the store's session and refuses it until it is thawed.
        case freeze
        case thaw
        /// For good.
        case retire
        /// The rights of the store's fenced sites become the hub's.
        case release
    }

    /// What becomes of a retired store's rights.
    public enum Rights: String, Hashable, Sendable, Codable, CaseIterable {
        /// They become the hub's.
        case release
        /// They stay frozen, until they are released.
        case keep
    }

    public var verb: Verb
    /// A `NodeName`, as the operator wrote it.
    public var store: String
    /// Of `retire` only.
    public var rights: Rights

    public init(_ verb: Verb, store: String, rights: Rights = .keep) {
        self.verb = verb
        self.store = store
        self.rights = rights
    }
}

/// The answer to an order: what is so now, in one line.
public struct StoreOrdered: Hashable, Sendable, Codable {
    public var said: String

    public init(said: String) { self.said = said }
}
