import ChangeLog
import Logging
import NIOCore
import Replica
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// One connection of a machine that wants to become a store: one request, one answer.
final class HubJoin {
    private let connection: Transport.Connection
    private let hub: HubShared
    private let issuing: HubIssuing
    private var isAsked = false

    init(_ connection: Transport.Connection, hub: HubShared, issuing: HubIssuing) {
        self.connection = connection
        self.hub = hub
        self.issuing = issuing
    }

    func begin() -> ConnectionEvents {
        let join = NIOLoopBound(self, eventLoop: connection.eventLoop)
        return ConnectionEvents(received: { payload in join.value.receive(payload) }, closed: { _ in })
    }

    private func receive(_ payload: ByteBuffer) {
        guard !isAsked else { return connection.close() }
        isAsked = true
        do {
            guard let request = try JoinRequest.decode(payload) else { return connection.close() }
            answer(request)
        } catch {
            hub.log.notice("a join was refused: \(error)", metadata: ["from": "\(connection.remoteAddress)"])
            connection.send(JoinReply.refused(error.bye).payload())
            connection.close()
        }
    }

    private func answer(_ request: JoinRequest) {
        let (connection, hub, issuing) = (connection, hub, issuing)
        hub.writer.submit(
            .other { replica in
                let reply: JoinReply
                do {
                    reply = try Self.judge(request, replica: replica, issuing: issuing)
                } catch {
                    reply = .refused(Bye(.unavailable, "\(error)"))
                }
                switch reply {
                case .joined:
                    hub.log.notice("store joined", metadata: ["store": "\(request.store)", "site": "\(request.site)"])
                case .refused(let bye):
                    hub.log.notice(
                        "a join was refused: \(bye.reason)",
                        metadata: ["store": "\(request.store)", "from": "\(connection.remoteAddress)"]
                    )
                }
                // The store closes; a join that takes too long is ended by the transport.
                connection.eventLoop.execute { connection.send(reply.payload()) }
            }
        )
    }

    private static func judge(
        _ request: JoinRequest,
        replica: HubReplica,
        issuing: HubIssuing
    ) throws -> JoinReply {
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
            return reply(to: refusal, request)
        }
        // The certificate is made before the invitation is used up, which a request that cannot be answered does not.
        let (certificate, authority) = try issuing.issue(request, atMilliseconds: now)
        let joining = try replica.join(
            request.store,
            site: request.site,
            nowMilliseconds: now,
            isSecretRight: isSecretRight
        )
        guard case .joined(let region) = joining else { return reply(to: joining, request) }
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
