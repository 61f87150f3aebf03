import ChangeLog
import NIOPosix
import Synchronization
import SyncSession
import Transport
import Trust
import WireFormat

/// The store's certificate, and its renewal: the same key, asked for on a connection of its own, from when a third of
/// the certificate's life has passed until the hub gives the next one.
///
/// Law: a session dialled after a renewal shows the new certificate; the key never leaves the node.
final class StoreRenewal: Sendable {
    private let keys: KeyFiles
    private let state: Mutex<NodeCredentials>

    init(_ keys: KeyFiles) throws {
        self.keys = keys
        state = Mutex(try keys.credentials())
    }

    var credentials: NodeCredentials { state.withLock { $0 } }

    /// How long it is until the certificate is to be renewed; 0 when it is due.
    func untilDue(atMilliseconds now: Int64) throws -> Int64 {
        let received = try keys.certificateReceivedMilliseconds()
        return max(credentials.certificate.validity.renewalDue(receivedAtMilliseconds: received) - now, 0)
    }

    /// Asks the hub for the next certificate, and keeps it.
    ///
    /// - Throws: `JoinRefused` when the hub says no; `TransportFault`, `KeyFileError`, `CertificateError`.
    func renew(at hub: Endpoint, site: SiteID) async throws {
        let own = credentials
        let request = JoinRequest(
            store: own.identity.node,
            secret: [],
            signingRequest: try own.key.signingRequest(as: own.identity),
            site: site
        )
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup,
            limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        )
        let answer = try await dialler.renew(at: hub, as: own, request: request.payload())
        guard let reply = try JoinReply.decode(answer.reply) else {
            throw JoinRefused(reason: "the hub speaks a later protocol; update this program")
        }
        switch reply {
        case .refused(let bye): throw JoinRefused(reason: bye.reason)
        case .joined(let joined):
            let renewed = try NodeCredentials(
                key: own.key,
                certificate: NodeCertificate(der: joined.certificate),
                authority: Self.authority(joined.authority, after: own.authority)
            )
            guard renewed.identity == own.identity else {
                throw JoinRefused(reason: "the hub sent another node's certificate; see its log")
            }
            try keys.save(renewed)
            state.withLock { $0 = renewed }
        }
    }

    /// The authority's certificate as the hub has it now, if it is of the key that this node knows.
    private static func authority(
        _ der: [UInt8],
        after known: AuthorityCertificate
    ) throws -> AuthorityCertificate {
        let next = try AuthorityCertificate(der: der)
        return next.hasKey(of: known) ? next : known
    }
}
