import ChangeLog
import Testing

@testable import Trust

@Suite("A join token")
struct JoinTokenTests {
    private let network: Network

    init() throws { network = try Network("邻里") }

    private func token(store: String = "nanjing-3") throws -> JoinToken {
        try JoinToken(
            hub: Endpoint(parsing: "hub.example:7411"),
            network: network.authority.network,
            store: #require(NodeName(store)),
            authority: network.authority.certificate.fingerprint,
            secret: JoinSecret(),
            expiresMilliseconds: Network.now + Network.dayMilliseconds
        )
    }

    @Test("is one line that brings back every field")
    func roundTrip() throws {
        let token = try token()
        let line = token.line
        #expect(line.hasPrefix("linli1."))
        #expect(line.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
        let back = try JoinToken(parsing: line)
        #expect(back.hub == token.hub)
        #expect(back.network == token.network)
        #expect(back.store == token.store)
        #expect(back.authority == token.authority)
        #expect(back.secret.bytes == token.secret.bytes)
        #expect(back.expiresMilliseconds == token.expiresMilliseconds)
    }

    @Test("survives the line breaks of terminals and messengers")
    func whiteSpace() throws {
        let token = try token()
        let broken = " " + token.line.prefix(40) + "\r\n  " + token.line.dropFirst(40) + "\n"
        #expect(try JoinToken(parsing: broken).secret.bytes == token.secret.bytes)
    }

    @Test("of which any one character was changed, or lost, is called damaged")
    func damaged() throws {
        let line = Array(try token().line.utf8)
        for place in "linli1.".utf8.count..<line.count {
            var changed = line
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: JoinTokenError.damaged, "changed at \(place)") {
                try JoinToken(parsing: String(decoding: changed, as: UTF8.self))
            }
            var shorter = line
            shorter.remove(at: place)
            #expect(throws: JoinTokenError.damaged, "lost at \(place)") {
                try JoinToken(parsing: String(decoding: shorter, as: UTF8.self))
            }
            #expect(throws: JoinTokenError.damaged, "cut at \(place)") {
                try JoinToken(parsing: String(decoding: line[..<place], as: UTF8.self))
            }
        }
    }

    @Test("of a later version says so, and what is no token says so")
    func otherLines() {
        #expect(throws: JoinTokenError.unknownVersion("2")) { try JoinToken(parsing: "linli2.AAAA") }
        for line in ["", "linli", "linli.AAAA", "linliX.AAAA", "ssh-rsa AAAA", String(repeating: "x", count: 3_000)] {
            #expect(throws: JoinTokenError.notAToken) { try JoinToken(parsing: line) }
        }
        #expect(JoinTokenError.damaged.description.contains("linli hub invite"))
    }

    @Test("names a store, never the hub")
    func notTheHub() {
        #expect(throws: JoinTokenError.notAStore) { try token(store: "hub") }
    }

    @Test("with a right checksum over wrong fields is refused and never traps")
    func forged() throws {
        let seed = UInt64.random(in: .min ... .max)
        var luck = Luck(seed: seed)
        let good = try #require(Base64URL.bytes(of: try token().line.utf8.dropFirst("linli1.".utf8.count))).dropLast(4)
        for round in 0..<2_000 {
            var fields = Array(good)
            if round.isMultiple(of: 2) {
                fields = luck.bytes(Int.random(in: 0..<120, using: &luck))
            } else {
                // Within the lengths and the host, where a change is not just another secret.
                fields[Int.random(in: 0..<20, using: &luck)] = UInt8.random(in: .min ... .max, using: &luck)
            }
            do {
                let token = try JoinToken(parsing: JoinToken.line(ofFields: fields))
                #expect(!token.store.isHub)
            } catch {
                #expect(error == .damaged || error == .notAStore, "seed \(seed), round \(round)")
            }
        }
    }

    @Test("with more behind its fields is damaged")
    func trailing() throws {
        let bytes = try #require(Base64URL.bytes(of: token().line.utf8.dropFirst("linli1.".utf8.count)))
        let fields = Array(bytes.dropLast(4))
        _ = try JoinToken(parsing: JoinToken.line(ofFields: fields))
        #expect(throws: JoinTokenError.damaged) { try JoinToken(parsing: JoinToken.line(ofFields: fields + [0])) }
    }

    @Test("has one spelling only")
    func spelling() throws {
        for length in 0...64 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            let text = Base64URL.text(of: bytes)
            #expect(Base64URL.bytes(of: text.utf8) == bytes)
            #expect(Base64URL.bytes(of: (text + "=").utf8) == nil)
        }
        // Bits behind the last byte, and a character that holds no whole byte.
        for text in ["AB", "AAB", "A", "AAAAA", "A+AA", "A/AA"] { #expect(Base64URL.bytes(of: text.utf8) == nil) }
    }

    @Test("does not show its secret where it is described")
    func secretStaysSecret() throws {
        let token = try token()
        #expect("\(token)" == "a token for store nanjing-3 of 邻里 at hub.example:7411")
        #expect("\(token.secret)" == "a join secret")
    }

    @Test("is recognised by the hash of its secret alone")
    func secretHash() throws {
        let secret = JoinSecret()
        let stored = try #require(JoinSecretHash(bytes: secret.hash.bytes))
        #expect(stored.matches(secret))
        #expect(!stored.matches(JoinSecret()))
        for place in 0..<JoinSecretHash.byteCount {
            var bytes = stored.bytes
            bytes[place] ^= 0x80
            #expect(try !#require(JoinSecretHash(bytes: bytes)).matches(secret), "byte \(place)")
        }
        #expect(JoinSecretHash(bytes: []) == nil)
    }
}
