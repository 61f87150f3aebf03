import ChangeLog
import Replica

/// What the application pays for capture: the same statements, with the same durability on the same disk, once on a
/// plain table and once on a replica, in turn.
struct CaptureBench {
    private enum Work: CaseIterable {
        case insertMany, insertOne, updateOneMany, updateOneOne, updateFiveMany

        var name: String {
            switch self {
            case .insertMany: "captured insert, 1,000-row transactions"
            case .insertOne: "captured insert, single-row transactions"
            case .updateOneMany: "captured one-column update, 1,000-row transactions"
            case .updateOneOne: "captured one-column update, single-row transactions"
            case .updateFiveMany: "captured five-column update, 1,000-row transactions"
            }
        }

        var sql: String {
            switch self {
            case .insertMany, .insertOne: BenchTable.insert
            case .updateOneMany, .updateOneOne: BenchTable.updateOne
            case .updateFiveMany: BenchTable.updateFive
            }
        }

        var rowsPerTransaction: Int {
            switch self {
            case .insertMany, .updateOneMany, .updateFiveMany: 1_000
            case .insertOne, .updateOneOne: 1
            }
        }

        var target: Double? {
            switch self {
            case .insertMany: 0.35
            case .updateOneMany: 0.65
            case .insertOne, .updateOneOne: 0.5
            case .updateFiveMany: nil
            }
        }

        var isInsert: Bool { self == .insertMany || self == .insertOne }
    }

    let directory: String
    let rows: Int
    let rounds: Int

    /// One line for each kind of work: rows a second, median over the rounds; the ratio is the median of the rounds'.
    func run(_ report: (BenchLine) -> Void) throws {
        for work in Work.allCases {
            let count = work.rowsPerTransaction == 1 ? rows / 5 : rows
            var (ours, plain, ratios): ([Double], [Double], [Double]) = ([], [], [])
            for round in 0..<rounds {
                let base = try measure(work, count: count, isReplica: false, file: "plain-\(work)-\(round)")
                let captured = try measure(work, count: count, isReplica: true, file: "replica-\(work)-\(round)")
                plain.append(base)
                ours.append(captured)
                ratios.append(captured / base)
            }
            report(
                BenchLine(
                    work.name,
                    Sample(ours).median,
                    "rows/s",
                    baseline: Sample(plain).median,
                    ratio: Sample(ratios).median,
                    target: work.target
                )
            )
        }
    }

    private func measure(_ work: Work, count: Int, isReplica: Bool, file: String) throws -> Double {
        let scratch = try Scratch(directory: directory, name: file)
        defer { scratch.remove() }
        let connection = try Connection(path: scratch.path, pragmas: ["PRAGMA journal_mode = WAL"] + Scratch.pragmas)
        try connection.write { sql in
            guard isReplica else { return try sql.execute(BenchTable.plain) }
            try ReplicaSchema.create(
                sql,
                plan: BenchTable.plan(),
                role: Scratch.role,
                site: SiteID(7),
                network: "bench",
                nowMilliseconds: 0
            )
        }
        if !work.isInsert { try Scratch.fill(connection, rows: rows) }
        let taken = try seconds { try write(work, count: count, connection) }
        try connection.close()
        return Double(count) / taken
    }

    private func write(_ work: Work, count: Int, _ connection: Connection) throws {
        var random: UInt32 = 7
        for start in stride(from: 0, to: count, by: work.rowsPerTransaction) {
            try connection.write { sql in
                let statement = try sql.statement(work.sql)
                for number in start..<min(start + work.rowsPerTransaction, count) {
                    if work.isInsert {
                        BenchTable.bind(statement, number)
                    } else {
                        random = random &* 1_664_525 &+ 1_013_904_223
                        statement.bind(1, .text(BenchTable.key(Int(random >> 4) % rows))).bind(
                            2,
                            Int64(number + 1_000_000)
                        )
                    }
                    try statement.run()
                }
            }
        }
    }
}
