public import ChangeLog

/// Who a certificate says its holder is: a node of a network. This, and never an address, is what peers check.
///
/// In a certificate it is the one URI among the subject's alternative names:
///
///     linli://NETWORK/hub
///     linli://NETWORK/store/NAME
///
/// NETWORK is percent-encoded (`NetworkName`), NAME needs no encoding (`NodeName`).
public struct PeerIdentity: Hashable, Sendable, CustomStringConvertible {
    private static let scheme = "linli://"

    public let network: NetworkName
    /// `hub`, or a store's name.
    public let node: NodeName

    public init(network: NetworkName, node: NodeName) {
        self.network = network
        self.node = node
    }

    /// nil when `uri` is not written as above, to the letter.
    public init?(uri: String) {
        guard uri.utf8.starts(with: Self.scheme.utf8) else { return nil }
        let parts = uri.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let network = NetworkName(uriSegment: first) else { return nil }
        switch parts.count {
        case 2 where parts[1] == "hub":
            self.init(network: network, node: .hub)
        case 3 where parts[1] == "store":
            guard let node = NodeName(String(parts[2])), !node.isHub else { return nil }
            self.init(network: network, node: node)
        default:
            return nil
        }
    }

    public var isHub: Bool { node.isHub }

    public var uri: String {
        isHub
            ? "\(Self.scheme)\(network.uriSegment)/hub"
            : "\(Self.scheme)\(network.uriSegment)/store/\(node)"
    }

    public var description: String { isHub ? "the hub of \(network)" : "store \(node) of \(network)" }
}
