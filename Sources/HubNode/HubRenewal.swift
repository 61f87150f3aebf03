import ChangeLog
import Logging
import NIOCore
import Replica
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// One connection of a store that asks for its next certificate: one request, one answer.
///
/// Law: only the store's present site gets one, for as long as the store takes part. So the certificate of a disk that
/// was lost, or of a store that is frozen, ends where it ends.
final class HubRenewal {
    private let connection: Transport.Connection
    private let store: NodeName
    private let hub: HubShared
    private let issuing: HubIssuing
    private var isAsked = false

    init(_ connection: Transport.Connection, store: NodeName, hub: HubShared, issuing: HubIssuing) {
        self.connection = connection
        self.store = store
        self.hub = hub
        self.issuing = issuing
    }

    func begin() -> ConnectionEvents {
        let renewal = NIOLoopBound(self, eventLoop: connection.eventLoop)
        return ConnectionEvents(received: { payload in renewal.value.receive(payload) }, closed: { _ in })
    }

    private func receive(_ payload: ByteBuffer) {
        guard !isAsked else { return connection.close() }
        isAsked = true
        do {
            guard let request = try JoinRequest.decode(payload) else { return connection.close() }
            answer(request)
        } catch {
            connection.send(JoinReply.refused(error.bye).payload())
            connection.close()
        }
    }

    private func answer(_ request: JoinRequest) {
        let (connection, hub, issuing, store) = (connection, hub, issuing, store)
        hub.writer.submit(
            .other { replica in
                let reply: JoinReply
                do {
                    reply = try Self.judge(request, of: store, replica: replica, issuing: issuing)
                } catch {
                    reply = .refused(Bye(.unavailable, "\(error)"))
                }
                switch reply {
                case .joined: hub.log.notice("certificate renewed", metadata: ["store": "\(store)"])
                case .refused(let bye):
                    hub.log.notice("a renewal was refused: \(bye.reason)", metadata: ["store": "\(store)"])
                }
                connection.eventLoop.execute { connection.send(reply.payload()) }
            }
        )
    }

    private static func judge(
        _ request: JoinRequest,
        of store: NodeName,
        replica: HubReplica,
        issuing: HubIssuing
    ) throws -> JoinReply {
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
