import ChangeLog
import Logging
import Replica
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// A machine that wants to become a store.
struct HubJoin: CertificateAsking {
    let issuing: HubIssuing
    /// Where it is, for the log.
    let from: String

    func note(_ reply: JoinReply, to request: JoinRequest, _ log: Logger) {
        switch reply {
        case .joined:
            log.notice("store joined", metadata: ["store": "\(request.store)", "site": "\(request.site)"])
        case .refused(let bye):
            log.notice("a join was refused: \(bye.reason)", metadata: ["store": "\(request.store)", "from": "\(from)"])
        }
    }

    func note(unreadable error: WireError, _ log: Logger) {
        log.notice("a join was refused: \(error)", metadata: ["from": "\(from)"])
    }

    func judge(_ request: JoinRequest, _ replica: HubReplica) throws -> JoinReply {
        let now = Moment.now.wallMilliseconds
        let secret = JoinSecret(bytes: request.secret)
        let isSecretRight: ([UInt8]) -> Bool = { hash in
            guard let secret, let stored = JoinSecretHash(bytes: hash) else { return false }
            return stored.matches(secret)
        }
        // Whoever has no invitation costs neither a signature nor a write to the disk.
        if let refusal = try replica.joinRefusal(
            request.store,
            site: request.site,
            nowMilliseconds: now,
            isSecretRight: isSecretRight
        ) {
            return Self.reply(to: refusal, request)
        }
        // The certificate is made before the invitation is used up, which a request that cannot be answered does not.
        let (certificate, authority) = try issuing.issue(request, atMilliseconds: now)
        let joining = try replica.join(
            request.store,
            site: request.site,
            nowMilliseconds: now,
            isSecretRight: isSecretRight
        )
        guard case .joined(let region) = joining else { return Self.reply(to: joining, request) }
        // The oldest: the store takes over the later ones in its first session, in order, and numbers tables as the hub
        // does.
        let schema = try replica.schema(after: 0)
        return .joined(
            Joined(
                network: authority.network.text,
                region: region,
                certificate: certificate.der,
                authority: authority.certificate.der,
                schemaVersion: schema.version,
                schemaDocument: Array(schema.document.utf8)
            )
        )
    }

    private static func reply(to joining: HubReplica.Joining, _ request: JoinRequest) -> JoinReply {
        switch joining {
        case .stranger, .refused, .joined:
            return .refused(
                Bye(
                    .retired,
                    "the token for store \(request.store) is used, expired or not this hub's; make a new one with "
                        + "`linli hub invite \(request.store)`"
                )
            )
        case .frozen: return .refused(Bye(SessionRefusal.frozen, store: request.store))
        case .retired: return .refused(Bye(SessionRefusal.retired, store: request.store))
        }
    }
}
