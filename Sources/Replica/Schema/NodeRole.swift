public import ChangeLog

/// Whose replica it is: what its triggers allow depends on nothing else.
public enum NodeRole: Hashable, Sendable {
    case hub
    /// `region` is empty for a store without one.
    case store(NodeName, region: String)

    public var node: NodeName {
        switch self {
        case .hub: .hub
        case .store(let name, _): name
        }
    }

    /// As it stands in settings, status and `linli_node`.
    public var word: String {
        switch self {
        case .hub: "hub"
        case .store: "store"
        }
    }

    public var region: String {
        switch self {
        case .hub: ""
        case .store(_, let region): region
        }
    }

    public var isHub: Bool { self == .hub }
}
