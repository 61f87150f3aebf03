import FuzzRun
import NetworkSchema
import Testing

@Suite("Documents of a fuzzer")
struct SchemaFuzzTests {
    @Test("are read, or refused with a reason, a cure and a line, and take no memory to speak of")
    func documents() throws {
        let run = FuzzRun("schema documents", short: 200)
        let documents = [CornerSchema.document, try shop().document]
        var vandal = Vandal(seed: run.seed)
        var read = 0
        for input in 0..<run.inputs {
            do {
                _ = try NetworkSchema(yaml: vandal.damaged(documents[input % 2]))
                read += 1
            } catch {
                #expect(error.reason.contains("; "), "seed \(run.seed), input \(input)")
            }
        }
        #expect(run.finish(read: read) < FuzzRun.memoryBytesMax, "seed \(run.seed)")
        #expect(read > 0, "everything was refused")
    }
}
