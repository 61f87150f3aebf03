import ChangeLog
import Replica
import Testing

/// Folded captures, applied to a shadow that knows no SQL, give the application's own tables, whatever it wrote.
@Suite struct CaptureFuzzTests {
    @Test(arguments: 0..<16) func whatIsCapturedIsWhatWasWritten(seed: UInt64) throws {
        let store = try CornerReplica.store()
        let outcome = try CaptureRun(seed: seed, plan: store.plan).run(
            statements: 1200,
            by: store.connection,
            on: store.connection
        )
        #expect(outcome == nil, "seed \(seed): \(outcome ?? "")")
    }

    @Test(arguments: 100..<104) func anAttachedReplicaIsCapturedToo(seed: UInt64) throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/linli.db"
            let store = try CornerReplica(.store(try #require(NodeName("s1")), region: "east"), path: path)
            let application = try Connection(
                path: ":memory:",
                pragmas: ["ATTACH '\(path)' AS replica", "PRAGMA replica.synchronous = OFF"]
            )
            let outcome = try CaptureRun(seed: seed, plan: store.plan).run(
                statements: 1000,
                by: application,
                on: store.connection
            )
            #expect(outcome == nil, "seed \(seed): \(outcome ?? "")")
        }
    }
}

/// One random run of an application beside a daemon.
struct CaptureRun {
    let seed: UInt64
    let plan: SchemaPlan

    /// What went wrong first, with the statements that led to it; nil when nothing did.
    func run(statements: Int, by application: Connection, on replica: Connection) throws -> String? {
        var random = SeededRandom(seed: seed &+ 1_000_000)
        var writer = RandomStatements(seed: seed)
        let batches = CapturedBatches(plan: plan)
        var savepoints = 0
        var past: [String] = []
        for _ in 0..<statements {
            let isOpen = try application.use { $0.isInTransaction }
            let statement = writer.transaction(isOpen: isOpen, savepoints: &savepoints) ?? writer.next()
            past.append(statement)
            try application.use { sql in
                do { try sql.execute(statement) } catch ReplicaError.sqlite(let code, _, _) where code & 0xff != 1 {}
            }
            guard try !application.use({ $0.isInTransaction }), random.chance(60) else { continue }
            let wrong = try replica.read { sql -> String? in
                do {
                    try batches.next(sql)
                    return try batches.difference(sql)
                } catch let mistake as ShadowReplica.Mistake {
                    return mistake.description
                }
            }
            if let wrong { return "\(wrong)\nafter:\n\(past.suffix(12).joined(separator: "\n"))" }
            if random.chance(10) { try replica.write { try batches.trim($0) } }
            past = past.suffix(40)
        }
        let flags = try replica.use { sql in
            try sql.statement("SELECT found, active FROM linli_replace, linli_restore").allIntegers()
        }
        return flags == [0, 0] ? nil : "a flag of ours was left at \(flags)"
    }
}

extension Statement {
    /// The integers of the first row.
    fileprivate func allIntegers() throws -> [Int64] {
        guard try step() else { return [] }
        defer { reset() }
        return (0..<columnCount).map { integer($0) }
    }
}
