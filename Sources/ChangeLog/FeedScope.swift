/// Which of a store's parts of the feed a chunk belongs to. Each store reads exactly these four.
public enum FeedScope: UInt8, Hashable, Sendable, CaseIterable {
    /// Rows for every store.
    case network = 0
    /// Rows of the store's region.
    case region = 1
    /// Rows of the store.
    case store = 2
    /// Answers to the site: what became of its own writes.
    case answers = 3
}

/// Some of the four scopes.
public struct FeedScopes: OptionSet, Hashable, Sendable {
    public static let all = FeedScopes(FeedScope.allCases)

    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue & 0b1111 }

    public init(_ scope: FeedScope) { self.init(rawValue: 1 << scope.rawValue) }

    public init(_ scopes: [FeedScope]) { self.init(scopes.map { FeedScopes($0) }) }
}
