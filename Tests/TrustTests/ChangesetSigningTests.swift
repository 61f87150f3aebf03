import ChangeLog
import Testing

@testable import Trust

@Suite("A changeset's signature")
struct ChangesetSigningTests {
    private let seed: UInt64 = 4_711

    @Test("is good for its hash and its store's certificate, and for nothing else")
    func check() throws {
        let network = try Network()
        let north = try network.store("north")
        let south = try network.store("south")
        var luck = Luck(seed: seed)
        let hash = try #require(ChangesetHash(luck.bytes(32)))
        let signature = try north.key.sign(hash)
        let verifier = try #require(ChangesetVerifier(north.certificate))
        #expect(verifier.isSigned(hash, signature))
        #expect(verifier.certificate == north.certificate.der)
        #expect(try #require(ChangesetVerifier(south.certificate)).isSigned(hash, signature) == false)
        for place in 0..<32 {
            var other = hash.bytes
            other[place] ^= 1 << UInt8.random(in: 0..<8, using: &luck)
            #expect(!verifier.isSigned(try #require(ChangesetHash(other)), signature), "seed \(seed)")
        }
        for place in 0..<ChangesetSignature.byteCount {
            var other = signature.bytes
            other[place] ^= 1 << UInt8.random(in: 0..<8, using: &luck)
            #expect(!verifier.isSigned(hash, try #require(ChangesetSignature(other))), "seed \(seed)")
        }
        let nothing = try #require(ChangesetSignature([UInt8](repeating: 0, count: 64)))
        #expect(!verifier.isSigned(hash, nothing))
    }

    @Test("cannot be had from the bare hash's bytes: other words stand in front")
    func domain() throws {
        let hash = try #require(ChangesetHash([UInt8](repeating: 7, count: 32)))
        #expect(ChangesetSignature.message(for: hash) == Array("linli signed changeset 1".utf8) + hash.bytes)
    }

    @Test("is found good also by a certificate that has ended, if the authority gave it")
    func afterTheEnd() throws {
        let network = try Network()
        let early = Validity(lifetimeMilliseconds: Network.dayMilliseconds, from: Network.now)
        let north = try network.store("north", validity: early)
        #expect(try network.authority.certificate.vouch(for: north.certificate.der) == north.certificate)
        let stranger = try Network("elsewhere").store("north")
        #expect(throws: PeerRefusal.self) { try network.authority.certificate.vouch(for: stranger.certificate.der) }
    }
}
