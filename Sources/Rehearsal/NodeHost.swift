/// The machine that a node of a local network lives on, as far as the network can tell: this one, or a network namespace
/// with an address of its own.
public struct NodeHost: Hashable, Sendable {
    /// The network namespace's name.
    public var namespace: String
    /// The hub's address as this node sees it; at the hub, the one that it names in its tokens.
    public var hubAddress: String

    public init(namespace: String, hubAddress: String) {
        self.namespace = namespace
        self.hubAddress = hubAddress
    }

    /// What stands before a command that is to run there. `ip netns exec` becomes the command: the process keeps its id.
    var prefix: [String] { ["ip", "netns", "exec", namespace] }
}
