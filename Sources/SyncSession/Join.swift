public import ChangeLog

/// What a machine says that wants to become a store, on a connection of its own.
public struct JoinRequest: Hashable, Sendable {
    public var store: NodeName
    /// The token's secret. The connection has proved the hub's authority before this is sent.
    public var secret: [UInt8]
    /// PKCS #10, DER. The private key never leaves the node.
    public var signingRequest: [UInt8]
    /// The site that the new replica will be.
    public var site: SiteID

    public init(store: NodeName, secret: [UInt8], signingRequest: [UInt8], site: SiteID) {
        self.store = store
        self.secret = secret
        self.signingRequest = signingRequest
        self.site = site
    }
}

public enum JoinReply: Hashable, Sendable {
    case joined(Joined)
    case refused(Bye)
}

/// Everything that a new replica needs before its first session.
public struct Joined: Hashable, Sendable {
    public var network: String
    public var region: String
    /// The store's certificate and the authority's, DER.
    public var certificate: [UInt8]
    public var authority: [UInt8]
    public var schemaVersion: Int
    public var schemaDocument: [UInt8]

    public init(
        network: String,
        region: String,
        certificate: [UInt8],
        authority: [UInt8],
        schemaVersion: Int,
        schemaDocument: [UInt8]
    ) {
        self.network = network
        self.region = region
        self.certificate = certificate
        self.authority = authority
        self.schemaVersion = schemaVersion
        self.schemaDocument = schemaDocument
    }
}
