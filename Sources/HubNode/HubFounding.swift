import ChangeLog
import Foundation
public import NetworkSchema
import Replica
import SyncSession
import Transport
public import Trust

/// `linli hub init`: a hub where there was none.
public struct HubFounding: Sendable {
    let directory: String
    let network: NetworkName
    let schema: NetworkSchema
    let address: Endpoint

    public init(directory: String, network: NetworkName, schema: NetworkSchema, address: Endpoint) {
        self.directory = directory
        self.network = network
        self.schema = schema
        self.address = address
    }

    /// Makes the replica, the authority and the hub's own certificate. The replica comes last: without it, the
    /// founding is to be repeated. One that failed leaves no directory where there was none.
    ///
    /// - Throws: `ReplicaError.exists` when a node lives there already; `KeyFileError`, `CertificateError`.
    public func found() throws {
        let replica = StoreReplica.replicaPath(directory)
        if FileManager.default.fileExists(atPath: replica) { throw ReplicaError.exists(file: replica) }
        let isNew = !FileManager.default.fileExists(atPath: directory)
        try DataDirectory.make(directory)
        do { try make() } catch {
            if isNew { try FileManager.default.removeItem(atPath: directory) }
            throw error
        }
    }

    private func make() throws {
        let now = Moment.now.wallMilliseconds
        let keys = KeyFiles(dataDirectory: directory)
        if try !keys.hasCredentials() {
            let authority = try CertificateAuthority(network: network, atMilliseconds: now)
            let key = try keys.nodeKeyMadeIfAbsent()
            let request = try SigningRequest(
                der: key.signingRequest(as: PeerIdentity(network: network, node: .hub))
            )
            let certificate = try authority.issueHub(for: request)
            try keys.create(authority)
            try keys.save(
                NodeCredentials(key: key, certificate: certificate, authority: authority.certificate)
            )
        }
        try HubReplica.create(
            directory: directory,
            schema: schema,
            network: network.text,
            address: address.description,
            site: SiteID(UInt64.random(in: 1...UInt64.max)),
            nowMilliseconds: now
        )
    }

    /// Opens a hub's replica for a command. The caller holds the directory's lock.
    static func open(directory: String) throws -> HubReplica {
        try HubReplica(
            directory: directory,
            schema: HubReplica.storedSchema(directory: directory),
            epoch: Epoch(UInt64.random(in: 1...UInt64.max)),
            nowMilliseconds: Moment.now.wallMilliseconds
        )
    }
}
