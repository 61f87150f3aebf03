/// One position for each scope: how far each was read, sent or received.
public struct ScopePositions: Hashable, Sendable {
    public var network: Position
    public var region: Position
    public var store: Position
    public var answers: Position

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
