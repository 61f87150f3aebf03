public import ChangeLog

/// Why a peer ends the session.
public struct Bye: Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The peer stops.
        case shutdown = "SHUTDOWN"
        /// Another session of the same site began.
        case superseded = "SUPERSEDED"
        /// No protocol version in common.
        case version = "VERSION"
        /// The site's change log or session tag is not the one that the hub knows: it was copied or restored.
        case forked = "FORKED"
        case frozen = "FROZEN"
        case retired = "RETIRED"
        /// The peer broke the protocol.
        case protocolError = "PROTOCOL"
        /// The peer cannot go on: disk, I/O, an internal fault.
        case unavailable = "UNAVAILABLE"
    }

    public var code: Code
    /// What happened, then what to do.
    public var reason: String
    /// With `forked`, where the hub knows the site: what it has of it.
    public var history: ForkHistory?

    public init(_ code: Code, _ reason: String, history: ForkHistory? = nil) {
        self.code = code
        self.reason = reason
        self.history = history
    }

    public static let shutdown = Bye(.shutdown, "this node is stopping; connect again in a while")

    public static let superseded = Bye(
        .superseded,
        """
        another session of this site began; if this repeats, two machines run one replica: stop one of them, and \
        give it a replica of its own with `linli store join`
        """
    )
}
