import Logging
import NIOCore
import Replica
import SyncSession
import Transport
import WireFormat

/// One connection that asks the hub for a certificate: one request, one answer.
final class HubIssue<Asking: CertificateAsking> {
    private let connection: Transport.Connection
    private let hub: HubShared
    private let asking: Asking
    private var isAsked = false

    init(_ connection: Transport.Connection, hub: HubShared, _ asking: Asking) {
        self.connection = connection
        self.hub = hub
        self.asking = asking
    }

    func begin() -> ConnectionEvents {
        let issue = NIOLoopBound(self, eventLoop: connection.eventLoop)
        return ConnectionEvents(received: { payload in issue.value.receive(payload) }, closed: { _ in })
    }

    private func receive(_ payload: ByteBuffer) {
        guard !isAsked else { return connection.close() }
        isAsked = true
        do {
            guard let request = try JoinRequest.decode(payload) else { return connection.close() }
            answer(request)
        } catch {
            asking.note(unreadable: error, hub.log)
            connection.send(JoinReply.refused(error.bye).payload())
            connection.close()
        }
    }

    private func answer(_ request: JoinRequest) {
        let (connection, hub, asking) = (connection, hub, asking)
        hub.writer.submit(
            .other { replica in
                let reply: JoinReply
                do {
                    reply = try asking.judge(request, replica)
                } catch {
                    reply = .refused(Bye(.unavailable, "\(error)"))
                }
                asking.note(reply, to: request, hub.log)
                // The store closes; a request that takes too long is ended by the transport.
                connection.eventLoop.execute { connection.send(reply.payload()) }
            }
        )
    }
}

/// Who asks for a certificate, and what the hub says to that.
protocol CertificateAsking: Sendable {
    func judge(_ request: JoinRequest, _ replica: HubReplica) throws -> JoinReply
    func note(_ reply: JoinReply, to request: JoinRequest, _ log: Logger)
    func note(unreadable error: WireError, _ log: Logger)
}
