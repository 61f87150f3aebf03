import ChangeLog
import Foundation
import Replica

/// A database file of the benchmark's own, on the disk that is measured.
struct Scratch {
    /// What every measured connection has: a client's usual durability in WAL, and a cache that holds the table.
    static let pragmas = [
        "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -262144", "PRAGMA temp_store = MEMORY",
    ]

    static let store: NodeName = {
        guard let name = NodeName("bench") else { preconditionFailure("bench is a name") }
        return name
    }()

    static let role = NodeRole.store(store, region: "")

    let folder: String
    let path: String

    init(directory: String, name: String) throws {
        folder = directory + "/" + name
        path = folder + "/linli.db"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() {
        do { try FileManager.default.removeItem(atPath: folder) } catch { print("cannot remove \(folder): \(error)") }
    }

    /// Fills the table without capturing, and empties the log.
    static func fill(_ connection: Connection, rows: Int) throws {
        try connection.use { sql in try sql.setTriggers(enabled: false) }
        try connection.write { sql in
            let insert = try sql.statement(BenchTable.insert)
            for number in 0..<rows {
                BenchTable.bind(insert, number)
                try insert.run()
            }
        }
        try connection.use { sql in
            try sql.setTriggers(enabled: true)
            try sql.statement("PRAGMA wal_checkpoint(TRUNCATE)").run()
        }
    }
}
