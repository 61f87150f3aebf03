import ChangeLog
import Replica
import SyncSession
public import Transport
import Trust

/// `linli hub invite`: a store is registered, and gets a token.
public struct HubRegistry: Sendable {
    let directory: String

    public init(directory: String) { self.directory = directory }

    /// With no daemon running. The caller holds the directory's lock.
    public func inviteAtRest(_ invitation: ControlRequest.Invitation) throws -> String {
        let replica = try HubFounding.open(directory: directory)
        let token = try invite(invitation, in: replica)
        try replica.close()
        return token
    }

    /// - Throws: `ControlRefusal` for a name that cannot be, or a store that is retired.
    func invite(_ invitation: ControlRequest.Invitation, in replica: HubReplica) throws -> String {
        guard let store = NodeName(invitation.store), !store.isHub else {
            throw ControlRefusal(
                .badInput,
                "'\(invitation.store)' cannot name a store; take 1 to 63 of a-z 0-9 . _ -, beginning with a letter or "
                    + "digit, and not 'hub'"
            )
        }
        let now = Moment.now.wallMilliseconds
        let authority = try KeyFiles(dataDirectory: directory).authority()
        let secret = JoinSecret()
        let (expiry, isOver) = now.addingReportingOverflow(invitation.expiresMilliseconds)
        let expires = isOver ? Int64.max : expiry
        let isTaken = try replica.invite(
            store,
            region: invitation.region,
            name: invitation.name.isEmpty ? store.text : invitation.name,
            secretHash: secret.hash.bytes,
            expiresAt: expires,
            nowMilliseconds: now
        )
        guard isTaken else {
            throw ControlRefusal(.notPermitted, "store \(store) is retired; invite it under another name")
        }
        return try JoinToken(
            hub: Endpoint(parsing: NodeFacts.read(directory: directory).address),
            network: authority.network,
            store: store,
            authority: authority.certificate.fingerprint,
            secret: secret,
            expiresMilliseconds: expires
        ).line
    }
}
