import ChangeLog
import Logging
import Replica
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// A store that asks for its next certificate.
///
/// Law: only the store's present site gets one, for as long as the store takes part. So the certificate of a disk that
/// was lost, or of a store that is frozen, ends where it ends.
struct HubRenewal: CertificateAsking {
    let issuing: HubIssuing
    let store: NodeName

    func note(_ reply: JoinReply, to request: JoinRequest, _ log: Logger) {
        switch reply {
        case .joined: log.notice("certificate renewed", metadata: ["store": "\(store)"])
        case .refused(let bye): log.notice("a renewal was refused: \(bye.reason)", metadata: ["store": "\(store)"])
        }
    }

    func note(unreadable error: WireError, _ log: Logger) {
        log.notice("a renewal was refused: \(error)", metadata: ["store": "\(store)"])
    }

    func judge(_ request: JoinRequest, _ replica: HubReplica) throws -> JoinReply {
        guard request.store == store else {
            return .refused(Bye(.protocolError, "the certificate is \(store)'s, the request \(request.store)'s"))
        }
        if let refusal = try replica.renewalRefusal(of: store, site: request.site) {
            return .refused(Bye(refusal, store: store))
        }
        let (certificate, authority) = try issuing.issue(request, atMilliseconds: Moment.now.wallMilliseconds)
        let schema = try replica.schema(after: 0)
        return .joined(
            Joined(
                network: authority.network.text,
                region: "",
                certificate: certificate.der,
                authority: authority.certificate.der,
                schemaVersion: schema.version,
                schemaDocument: Array(schema.document.utf8)
            )
        )
    }
}
