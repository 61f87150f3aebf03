import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The simulator, from the command line")
    struct SimStory {
        private func trace(_ seed: Int) throws -> String {
            let output = try CommandRun.output(
                Binary.path(),
                ["sim", "--seed", "\(seed)", "--stores", "2", "--days", "0.1", "--daily", "400", "--faults", "all"]
            )
            let line = output.split(separator: "\n").last { $0.hasPrefix("trace ") }
            return String(try #require(line, "no trace in: \(output)"))
        }

        @Test("lives through the same events in another process, from the same seed, and others from another")
        func determinism() throws {
            let first = try trace(11)
            #expect(try trace(11) == first)
            #expect(try trace(12) != first)
        }
    }
}
