import ChangeLog
import Testing

@testable import Trust

@Suite("A signing request is checked before anything is signed")
struct SigningRequestTests {
    private let network: Network

    init() throws { network = try Network() }

    @Test("a request that is not signed with its own key is refused")
    func notOwnKey() throws {
        let der = try NodeKey().signingRequest(as: network.identity("a"))
        _ = try SigningRequest(der: der)
        // The last bytes are the number s of the signature.
        var changed = der
        changed[changed.count - 1] ^= 0x01
        #expect(throws: CertificateError.notOwnKey) { try SigningRequest(der: changed) }
    }

    @Test("a request of any other content or length is refused and never traps")
    func garbage() throws {
        let seed = UInt64.random(in: .min ... .max)
        var luck = Luck(seed: seed)
        let der = try NodeKey().signingRequest(as: network.identity("a"))
        for length in der.indices {
            #expect(throws: CertificateError.self, "cut at \(length)") {
                try SigningRequest(der: Array(der[..<length]))
            }
        }
        for round in 0..<500 {
            var changed = der
            let place = Int.random(in: changed.indices, using: &luck)
            changed[place] ^= UInt8.random(in: 1 ... .max, using: &luck)
            // The signature has more than one spelling; what it signs has not.
            if place < der.count - 80 {
                #expect(throws: CertificateError.self, "seed \(seed), round \(round)") {
                    try SigningRequest(der: changed)
                }
            }
            let noise = luck.bytes(Int.random(in: 0..<400, using: &luck))
            #expect(throws: CertificateError.self, "seed \(seed), round \(round)") { try SigningRequest(der: noise) }
        }
    }

    @Test("a request longer than any of ours is not even parsed")
    func tooLong() throws {
        let der = try NodeKey().signingRequest(as: network.identity("a"))
        let long = der + [UInt8](repeating: 0, count: SigningRequest.bytesMax)
        let error = #expect(throws: CertificateError.self) { try SigningRequest(der: long) }
        #expect(error?.description.contains("\(long.count) bytes, more than 4096") == true)
    }
}
