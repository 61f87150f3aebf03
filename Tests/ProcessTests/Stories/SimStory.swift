import Rehearsal
import Testing

extension ProcessTests {
    @Suite("The simulator, from the command line")
    struct SimStory {
        private static let day = ["--stores", "2", "--days", "0.1", "--daily", "400"]

        private func trace(_ seed: Int, _ words: [String] = day) throws -> String {
            let output = try CommandRun.output(Binary.path(), ["sim", "--seed", "\(seed)", "--faults", "all"] + words)
            let line = output.split(separator: "\n").last { $0.hasPrefix("trace ") }
            return String(try #require(line, "no trace in: \(output)"))
        }

        @Test("searches a shorter run that still breaks the promise, and ends")
        func shrink() throws {
            let run = try CommandRun(
                Binary.path(),
                [
                    "sim", "--seed", "1", "--stores", "2", "--days", "0.06", "--daily", "200", "--faults",
                    "cut,kill,reset",
                    "--plant", "dropped-sale", "--shrink",
                ]
            )
            #expect(run.status == 1)
            let shortest = try #require(run.output.split(separator: "\n").last { $0.hasPrefix("shortest after") })
            #expect(shortest.contains("--stores 1 ") && shortest.contains("--faults none"), "\(run.output)")
        }

        @Test("says in one line what a scenario needs", arguments: [["--stores", "2"], ["--days", "0.01"]])
        func tooLittle(_ words: [String]) throws {
            let run = try CommandRun(Binary.path(), ["sim", "--workload", "take-over"] + words)
            #expect(run.status == 2 && run.errors.hasPrefix("linli: take-over "), "\(run.errors)")
        }

        @Test("says in one line what is wrong with a file", arguments: ["--workload", "--schema", "--sales"])
        func badFiles(_ option: String) throws {
            let run = try CommandRun(Binary.path(), ["sim", option, "/nowhere/at/all"])
            #expect(run.status == 2 && run.errors.contains("/nowhere/at/all"), "\(run.errors)")
        }

        @Test("leaves every node's replica for any SQLite, and mixes it with nothing")
        func replicas() throws {
            let directory = try TemporaryDirectory()
            let words = ["sim", "--seed", "3", "--faults", "none", "--replicas", directory.path + "/left"] + Self.day
            #expect(try CommandRun(Binary.path(), words).status == 0)
            for node in ["hub", "store-1", "store-2"] {
                let shell = SQLiteShell(replica: "\(directory.path)/left/\(node)/linli.db")
                let found = try shell.run("SELECT node, (SELECT count(*) > 20 FROM sale) FROM linli_node;").output
                #expect(found == "\(node)|1")
            }
            let again = try CommandRun(Binary.path(), words)
            #expect(again.status == 74 && again.errors.contains("/left is not empty; name another"), "\(again.errors)")
        }

        @Test("lives through the same events in another process, from the same seed, and others from another")
        func determinism() throws {
            let first = try trace(11)
            #expect(try trace(11) == first)
            #expect(try trace(12) != first)
            // With the trade's commands, whose chance is the replica's.
            let scenario = ["--workload", "cancelled-and-handed-over"]
            #expect(try trace(11, scenario) == trace(11, scenario))
        }
    }
}
