import ChangeLog
import Crypto
import FoundationEssentials
import SwiftASN1
import Testing
import X509

@testable import Trust

@Suite("The authority says who a peer is")
struct AuthorityTests {
    @Test("a store is known by the certificate it was given")
    func storeIsKnown() throws {
        let network = try Network()
        let store = try network.store("nanjing-3")
        let who = try network.authority.certificate.identify(
            chain: [store.certificate.der],
            atMilliseconds: Network.now
        )
        #expect(who == (try network.identity("nanjing-3")))
        #expect(!who.isHub)
    }

    @Test("the hub is known as the hub, for as long as the authority lasts")
    func hubIsKnown() throws {
        let network = try Network()
        let hub = try network.hub()
        let authority = network.authority.certificate
        let who = try authority.identify(chain: [hub.certificate.der, authority.der], atMilliseconds: Network.now)
        #expect(who.isHub)
        #expect(hub.certificate.validity.notAfterMilliseconds == authority.validity.notAfterMilliseconds)
    }

    @Test("a certificate of another authority is refused, even if that calls itself the same")
    func foreign() throws {
        let stranger = try Network("corner").store("nanjing-3")
        let authority = try Network("corner").authority.certificate
        #expect(throws: PeerRefusal.foreign) {
            try authority.identify(chain: [stranger.certificate.der], atMilliseconds: Network.now)
        }
        #expect(throws: PeerRefusal.foreign) {
            try authority.identify(
                chain: [stranger.certificate.der, authority.der, stranger.authority.der],
                atMilliseconds: Network.now
            )
        }
    }

    @Test("a store cannot vouch for another node")
    func storeIsNoAuthority() throws {
        let network = try Network()
        let store = try network.store("nanjing-3")
        let forged = try certificate(
            uri: "linli://corner/hub",
            issuer: store.certificate.x509.subject,
            signedBy: store.key,
            extensions: []
        )
        #expect(throws: PeerRefusal.foreign) {
            try network.authority.certificate.identify(
                chain: [forged, store.certificate.der],
                atMilliseconds: Network.now
            )
        }
    }

    @Test("no byte of what the authority signed can be changed")
    func tampered() throws {
        let network = try Network()
        let certificate = try network.store("nanjing-3").certificate
        // What follows is the signature, of which X.509 allows more than one spelling.
        let signed = 4 + certificate.x509.tbsCertificateBytes.count
        for place in 0..<signed {
            var changed = certificate.der
            changed[place] ^= 0x01
            #expect(throws: PeerRefusal.self, "byte \(place)") {
                try network.authority.certificate.identify(chain: [changed], atMilliseconds: Network.now)
            }
        }
    }

    @Test("a certificate that ended, or has not begun, is refused with a reason that names the clock")
    func outsideValidity() throws {
        let network = try Network()
        let store = try network.store(
            "nanjing-3",
            validity: Validity(
                notBeforeMilliseconds: Network.now,
                notAfterMilliseconds: Network.now + Network.dayMilliseconds
            )
        )
        let (authority, chain) = (network.authority.certificate, [store.certificate.der])
        let who = store.identity
        #expect(try authority.identify(chain: chain, atMilliseconds: Network.now) == who)
        let end = Network.now + Network.dayMilliseconds
        #expect(try authority.identify(chain: chain, atMilliseconds: end) == who)

        let late = #expect(throws: PeerRefusal.self) { try authority.identify(chain: chain, atMilliseconds: end + 1) }
        #expect(late == .expired(who, untilMilliseconds: end, clockMilliseconds: end + 1))
        #expect(late?.description.contains("clock says 2026-01-02T00:00:00Z") == true)
        let early = #expect(throws: PeerRefusal.self) {
            try authority.identify(chain: chain, atMilliseconds: Network.now - 1)
        }
        #expect(
            early == .notYetValid(who, fromMilliseconds: Network.now, clockMilliseconds: Network.now - 1)
        )
        #expect(early?.description.contains("set the clock") == true)
    }

    @Test("a till whose clock stands in 1970 still knows the hub")
    func deadClock() throws {
        let network = try Network()
        let hub = try network.hub()
        #expect(try network.authority.certificate.identify(chain: [hub.certificate.der], atMilliseconds: 0).isHub)
    }

    @Test("a certificate that was issued while the hub's clock was a year ahead is good at once")
    func clockWasAhead() throws {
        let network = try Network()
        let validity = Validity(
            lifetimeMilliseconds: Validity.storeMilliseconds,
            from: Network.now + 365 * Network.dayMilliseconds
        )
        let store = try network.store("a", validity: validity)
        let who = try network.authority.certificate.identify(
            chain: [store.certificate.der],
            atMilliseconds: Network.now
        )
        #expect(who == store.identity)
    }

    @Test("a store that renews when it is due may be away for a year, and then some")
    func awayForAYear() throws {
        let validity = Validity(lifetimeMilliseconds: Validity.storeMilliseconds, from: Network.now)
        let due = validity.renewalDue(receivedAtMilliseconds: Network.now)
        #expect(due > Network.now + 364 * Network.dayMilliseconds && due < Network.now + 366 * Network.dayMilliseconds)
        #expect(validity.notAfterMilliseconds - due > 366 * Network.dayMilliseconds)
        // A clock that was wrong when it was received puts nothing off.
        for received in [Int64.min, 0, .max] {
            #expect(validity.renewalDue(receivedAtMilliseconds: received) >= due - 1_000)
            #expect(validity.renewalDue(receivedAtMilliseconds: received) <= validity.notAfterMilliseconds)
        }
        let short = Validity(lifetimeMilliseconds: 9_000, from: Network.now)
        #expect(short.renewalDue(receivedAtMilliseconds: Network.now) == Network.now + 3_000)
    }

    @Test("a store's certificate is believed for a year after its end by who grants that, and not a second longer")
    func grace() throws {
        let network = try Network()
        let store = try network.store("a", validity: Validity(lifetimeMilliseconds: 1_000, from: Network.now))
        let end = store.certificate.validity.notAfterMilliseconds
        func identify(_ now: Int64) throws -> PeerIdentity {
            try network.authority.certificate.identify(
                chain: [store.certificate.der],
                atMilliseconds: now,
                graceMilliseconds: Validity.graceMilliseconds
            )
        }
        #expect(try identify(end + Validity.graceMilliseconds) == store.identity)
        #expect(throws: PeerRefusal.self) { try identify(end + Validity.graceMilliseconds + 1) }
    }

    @Test("an authority that is renewed is the same one: what the old one signed, and signs, the other believes")
    func renewedAuthority() throws {
        let network = try Network()
        let old = network.authority
        let later = Network.now + 7 * 365 * Network.dayMilliseconds
        let renewed = try old.renewed(atMilliseconds: later)
        #expect(renewed.certificate.validity.notAfterMilliseconds > old.certificate.validity.notAfterMilliseconds)
        #expect(renewed.certificate != old.certificate && renewed.certificate.hasKey(of: old.certificate))
        #expect(try !renewed.certificate.hasKey(of: Network().authority.certificate))
        let store = try network.store("a")
        #expect(
            try renewed.certificate.identify(chain: [store.certificate.der], atMilliseconds: Network.now)
                == store.identity
        )
        let key = NodeKey()
        let hub = PeerIdentity(network: renewed.network, node: .hub)
        let certificate = try renewed.issueHub(for: SigningRequest(der: key.signingRequest(as: hub)))
        #expect(try old.certificate.identify(chain: [certificate.der], atMilliseconds: later) == hub)
    }

    @Test("the authority's own certificate is nobody's")
    func authorityIsNoNode() throws {
        let authority = try Network().authority.certificate
        let refusal = #expect(throws: PeerRefusal.self) {
            try authority.identify(chain: [authority.der], atMilliseconds: Network.now)
        }
        #expect(refusal == .notANode("it is an authority's"))
        #expect(throws: PeerRefusal.noCertificate) { try authority.identify(chain: [], atMilliseconds: Network.now) }
    }

    @Test("a certificate with a critical extension that we do not know is refused")
    func unknownCriticalExtension() throws {
        let network = try Network()
        let der = try certificate(
            uri: "linli://corner/store/a",
            issuer: network.authority.certificate.x509.subject,
            signedBy: network.authority.key,
            extensions: [Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [5, 0])]
        )
        let refusal = #expect(throws: PeerRefusal.self) {
            try network.authority.certificate.identify(chain: [der], atMilliseconds: Network.now)
        }
        #expect(refusal == .notANode("it has the unknown critical extension 1.2.3.4"))
    }

    @Test("a certificate is refused that names a node of another network, or none")
    func otherNames() throws {
        let network = try Network()
        let authority = network.authority.certificate
        func refusal(_ uri: String) throws -> PeerRefusal? {
            let der = try certificate(
                uri: uri,
                issuer: authority.x509.subject,
                signedBy: network.authority.key,
                extensions: []
            )
            return #expect(throws: PeerRefusal.self) {
                try authority.identify(chain: [der], atMilliseconds: Network.now)
            }
        }
        let south = try #require(NetworkName("south"))
        #expect(try refusal("linli://south/store/a") == .otherNetwork(south, expected: authority.network))
        for uri in ["linli://corner/store/hub", "linli://corner/store/A", "linli://corner/hub/", "https://corner/hub"] {
            #expect(try refusal(uri) == .notANode("its name '\(uri)' is no node's"))
        }
    }

    @Test("the authority issues nothing for another network")
    func issuesOnlyItsOwn() throws {
        let network = try Network("corner")
        let request = try SigningRequest(der: NodeKey().signingRequest(as: network.identity("a")))
        let south = try Network("south")
        #expect(
            throws: CertificateError.refused(
                .otherNetwork(network.authority.network, expected: south.authority.network)
            )
        ) {
            try south.authority.issue(
                network.identity("a"),
                for: request,
                validity: Validity(lifetimeMilliseconds: 1_000, from: Network.now)
            )
        }
    }

    @Test("two certificates never have one serial number")
    func serialNumbers() throws {
        let network = try Network()
        let one = try network.store("a").certificate.x509.serialNumber
        let other = try network.store("a").certificate.x509.serialNumber
        #expect(one != other)
        #expect(one.bytes.count >= 16)
    }

    @Test("an authority and its files belong together, a key and its certificate too")
    func mismatches() throws {
        let network = try Network()
        #expect(throws: CertificateError.keyMismatch("the authority of corner")) {
            try CertificateAuthority(key: NodeKey(), certificate: network.authority.certificate)
        }
        let store = try network.store("a")
        #expect(throws: CertificateError.keyMismatch("store a of corner")) {
            try NodeCredentials(key: NodeKey(), certificate: store.certificate, authority: store.authority)
        }
        #expect(throws: CertificateError.refused(.foreign)) {
            try NodeCredentials(
                key: store.key,
                certificate: store.certificate,
                authority: Network().authority.certificate
            )
        }
        #expect(throws: CertificateError.notAnAuthority) { try AuthorityCertificate(der: store.certificate.der) }
    }

    @Test("a joining store finds the token's authority among the certificates shown, or refuses")
    func pinned() throws {
        let network = try Network()
        let hub = try network.hub()
        let pin = network.authority.certificate.fingerprint
        let found = try AuthorityCertificate(named: pin, in: [hub.certificate.der, hub.authority.der])
        #expect(found == network.authority.certificate)
        let other = try Network().hub()
        #expect(throws: PeerRefusal.notTheTokensAuthority(pin)) {
            try AuthorityCertificate(named: pin, in: [other.certificate.der, other.authority.der])
        }
        #expect(throws: PeerRefusal.self) {
            try AuthorityCertificate(
                named: Fingerprint(ofCertificate: hub.certificate.der),
                in: [hub.certificate.der]
            )
        }
    }

    /// A certificate such as the authority would never issue.
    private func certificate(
        uri: String,
        issuer: DistinguishedName,
        signedBy key: NodeKey,
        extensions: [Certificate.Extension]
    ) throws -> [UInt8] {
        var all = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            SubjectAlternativeNames([.uniformResourceIdentifier(uri)])
        }
        for one in extensions { try all.append(one) }
        let x509 = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(NodeKey().signing.publicKey),
            notValidBefore: .init(timeIntervalSince1970: 0),
            notValidAfter: .init(timeIntervalSince1970: 4_000_000_000),
            issuer: issuer,
            subject: DistinguishedName { CommonName("a") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: all,
            issuerPrivateKey: key.x509
        )
        var serializer = DER.Serializer()
        try serializer.serialize(x509)
        return serializer.serializedBytes
    }
}
