public import ChangeLog

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

/// One position for each scope: how far each was read, sent or received.
public struct ScopePositions: Hashable, Sendable {
    private var network: Position
    private var region: Position
    private var store: Position
    private var answers: Position

    public init(_ position: Position) {
        network = position
        region = position
        store = position
        answers = position
    }

    public subscript(scope: FeedScope) -> Position {
        get {
            switch scope {
            case .network: network
            case .region: region
            case .store: store
            case .answers: answers
            }
        }
        set {
            switch scope {
            case .network: network = newValue
            case .region: region = newValue
            case .store: store = newValue
            case .answers: answers = newValue
            }
        }
    }

    public var greatest: Position { max(max(network, region), max(store, answers)) }
}
