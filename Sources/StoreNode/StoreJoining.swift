public import ChangeLog
import Foundation
import NetworkSchema
import NIOPosix
import Replica
import SyncSession
import Transport
public import Trust
import WireFormat

/// `linli store join`: a machine becomes a store.
///
///     key (stays here) ─→ request + secret ─→ hub: secret right? ─→ certificate, schema ─→ replica
///
/// A join that was cut goes on where it was: the key stays, and with it the site that the token makes of it, and the hub
/// answers the same site again. A join that the hub refused leaves nothing behind.
public struct StoreJoining: Sendable {
    public struct Joined: Sendable {
        public let store: NodeName
        public let network: NetworkName
        public let site: SiteID
    }

    let token: JoinToken
    let directory: String
    let hub: Endpoint?

    /// - Parameter hub: where to dial instead of the token's address.
    public init(token: JoinToken, directory: String, hub: Endpoint?) {
        self.token = token
        self.directory = directory
        self.hub = hub
    }

    /// - Throws: `JoinRefused` when the hub says no; `TransportFault`, `ReplicaError`, `KeyFileError`.
    public func join() async throws -> Joined {
        let replica = StoreReplica.replicaPath(directory)
        if FileManager.default.fileExists(atPath: replica) { throw ReplicaError.exists(file: replica) }
        let isNew = !FileManager.default.fileExists(atPath: directory)
        try DataDirectory.make(directory)
        do { return try await ask() } catch let refused as JoinRefused {
            if isNew { try FileManager.default.removeItem(atPath: directory) }
            throw refused
        }
    }

    private func ask() async throws -> Joined {
        let keys = KeyFiles(dataDirectory: directory)
        let key = try keys.nodeKeyMadeIfAbsent()
        let site = token.site(of: key)
        let request = JoinRequest(
            store: token.store,
            secret: token.secret.bytes,
            signingRequest: try key.signingRequest(as: PeerIdentity(network: token.network, node: token.store)),
            site: site
        )
        let address = hub ?? token.hub
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup,
            limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        )
        let answer = try await dialler.join(at: address, authority: token.authority, request: request.payload())
        guard let reply = try JoinReply.decode(answer.reply) else {
            throw JoinRefused(reason: "the hub speaks a later protocol; update this program")
        }
        switch reply {
        case .refused(let bye): throw JoinRefused(reason: bye.reason)
        case .joined(let joined):
            try settle(joined, key: key, authority: answer.authority, keys: keys, site: site)
            return Joined(store: token.store, network: token.network, site: site)
        }
    }

    /// The keys first, the replica last: its presence says that the join is done.
    private func settle(
        _ joined: SyncSession.Joined,
        key: NodeKey,
        authority: AuthorityCertificate,
        keys: KeyFiles,
        site: SiteID
    ) throws {
        let certificate = try NodeCertificate(der: joined.certificate)
        try keys.save(NodeCredentials(key: key, certificate: certificate, authority: authority))
        let schema = try NetworkSchema(yaml: String(decoding: joined.schemaDocument, as: UTF8.self))
        try StoreReplica.create(
            directory: directory,
            JoinedStore(
                network: joined.network,
                region: joined.region,
                store: token.store,
                site: site,
                address: token.hub.description,
                plan: SchemaPlan(schema)
            ),
            nowMilliseconds: Moment.now.wallMilliseconds
        )
        try DataDirectory.openToGroup(StoreReplica.replicaPath(directory))
    }
}

/// The hub did not let the machine join. The text says why, and what to do.
public struct JoinRefused: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String

    public var description: String { reason }
}
