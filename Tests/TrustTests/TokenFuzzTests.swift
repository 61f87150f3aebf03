import FuzzRun
import Testing

@testable import Trust

@Suite("Tokens of a fuzzer")
struct TokenFuzzTests {
    @Test("are read or refused, whether their checksum is right or not")
    func tokens() throws {
        var run = FuzzRun("tokens", short: 5_000)
        let token = try JoinToken(
            hub: Endpoint(parsing: "hub.example:7411"),
            network: try Network().authority.network,
            store: try Network().store("north").certificate.node,
            authority: try Network().authority.certificate.fingerprint,
            secret: JoinSecret(),
            expiresMilliseconds: Network.now
        )
        let line = Array(token.line.utf8)
        let fields = Array(try #require(Base64URL.bytes(of: line.dropFirst("linli1.".utf8.count))).dropLast(4))
        var read = 0
        for _ in 0..<run.inputs {
            let text =
                run.one(in: 2)
                ? JoinToken.line(ofFields: run.mutated(fields)) : String(decoding: run.mutated(line), as: UTF8.self)
            do {
                _ = try JoinToken(parsing: text)
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(run.finish(read: read) < FuzzRun.memoryBytesMax, "seed \(run.seed)")
        #expect(read > 0, "everything was refused")
    }
}
