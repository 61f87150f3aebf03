import NIOCore
import NIOSSL
import Trust

/// The TLS settings of one role: version 1.3 only, and our own judgement of certificates (`PeerCheck`) instead of host
/// names and the system's authorities.
///
/// - hub: shows its certificate and the authority's (a joining store knows only the latter's fingerprint); asks for a
///   client certificate, and lets one without through to be told apart by protocol name.
/// - store: shows its certificate; requires the hub's.
/// - joining store: shows none; requires the hub's.
struct TLSContext: Sendable {
    private enum Role: Sendable {
        case hub(AuthorityCertificate)
        case store(AuthorityCertificate)
        case joining(Fingerprint)
    }

    private let context: NIOSSLContext
    private let role: Role

    /// What a hub listens with.
    init(hub: NodeCredentials, limits: TransportLimits) throws(TransportFault) {
        let own = try Self.own(hub, withAuthority: true)
        var settings = TLSConfiguration.makeServerConfiguration(certificateChain: own.chain, privateKey: own.key)
        settings.certificateVerification = .optionalVerification
        settings.applicationProtocols = [ProtocolName.session, .join, .renew].map(\.rawValue)
        context = try Self.context(settings, limits: limits)
        role = .hub(hub.authority)
    }

    /// What a store dials with: for a session, or to renew its certificate.
    init(
        store: NodeCredentials,
        for purpose: ProtocolName = .session,
        limits: TransportLimits
    ) throws(TransportFault) {
        let own = try Self.own(store, withAuthority: false)
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.certificateChain = own.chain
        settings.privateKey = own.key
        settings.certificateVerification = .noHostnameVerification
        settings.applicationProtocols = [purpose.rawValue]
        context = try Self.context(settings, limits: limits)
        role = .store(store.authority)
    }

    /// What a store that has only a token dials with.
    init(joining authority: Fingerprint, limits: TransportLimits) throws(TransportFault) {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.certificateVerification = .noHostnameVerification
        settings.applicationProtocols = [ProtocolName.join.rawValue]
        context = try Self.context(settings, limits: limits)
        role = .joining(authority)
    }

    func makeCheck(now: WallClock) -> PeerCheck {
        switch role {
        case .hub(let authority): PeerCheck(.storeOrJoining, authority: authority, now: now)
        case .store(let authority): PeerCheck(.hub, authority: authority, now: now)
        case .joining(let fingerprint): PeerCheck(.hubOf(fingerprint), authority: nil, now: now)
        }
    }

    func makeServerHandler(_ check: PeerCheck) -> NIOSSLServerHandler {
        NIOSSLServerHandler(
            context: context,
            customVerificationCallback: { certificates, promise in promise.succeed(check.verify(certificates)) }
        )
    }

    func makeClientHandler(_ check: PeerCheck) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(
            context: context,
            serverHostname: nil,
            customVerificationCallback: { certificates, promise in promise.succeed(check.verify(certificates)) }
        )
    }

    private static func context(
        _ settings: TLSConfiguration,
        limits: TransportLimits
    ) throws(TransportFault) -> NIOSSLContext {
        var settings = settings
        settings.minimumTLSVersion = .tlsv13
        settings.maximumTLSVersion = .tlsv13
        // Never asked, because `PeerCheck` judges; but without it the system's 140 authorities would be loaded.
        settings.trustRoots = .certificates([])
        settings.shutdownTimeout = limits.closeTimeout
        do { return try NIOSSLContext(configuration: settings) } catch { throw .unusableCredentials("\(error)") }
    }

    private static func own(
        _ credentials: NodeCredentials,
        withAuthority: Bool
    ) throws(TransportFault) -> (chain: [NIOSSLCertificateSource], key: NIOSSLPrivateKeySource) {
        do {
            var chain = [try NIOSSLCertificate(bytes: credentials.certificate.der, format: .der)]
            if withAuthority { chain.append(try NIOSSLCertificate(bytes: credentials.authority.der, format: .der)) }
            let key = try NIOSSLPrivateKey(bytes: credentials.key.der, format: .der)
            return (chain.map { .certificate($0) }, .privateKey(key))
        } catch {
            throw .unusableCredentials("\(error)")
        }
    }
}
