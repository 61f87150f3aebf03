import ChangeLog
import SplitMix
import Testing

@testable import Trust

/// One network of a test: an authority, its hub, and as many stores as asked for.
struct Network {
    /// 2026-01-01.
    static let now: Int64 = 1_767_225_600_000
    static let dayMilliseconds: Int64 = 24 * 3_600 * 1_000

    let authority: CertificateAuthority

    init(_ name: String = "corner") throws {
        authority = try CertificateAuthority(network: try #require(NetworkName(name)), atMilliseconds: Self.now)
    }

    func identity(_ node: String) throws -> PeerIdentity {
        PeerIdentity(network: authority.network, node: try #require(NodeName(node)))
    }

    func hub() throws -> NodeCredentials {
        let key = NodeKey()
        let request = try SigningRequest(der: key.signingRequest(as: identity("hub")))
        return try NodeCredentials(
            key: key,
            certificate: authority.issueHub(for: request),
            authority: authority.certificate
        )
    }

    func store(
        _ name: String,
        validity: Validity = Validity(lifetimeMilliseconds: Validity.storeMilliseconds, from: now)
    ) throws -> NodeCredentials {
        let key = NodeKey()
        let request = try SigningRequest(der: key.signingRequest(as: identity(name)))
        return try NodeCredentials(
            key: key,
            certificate: authority.issue(identity(name), for: request, validity: validity),
            authority: authority.certificate
        )
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct Luck: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
