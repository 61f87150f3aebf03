public import ChangeLog
public import Replica

/// A till: an ordinary SQLite client of one node's replica, with nothing loaded and nothing known of the network.
public final class Till {
    public let node: String
    private let connection: Connection

    public init(node: String, replica: String) throws {
        self.node = node
        connection = try Connection(
            path: replica,
            pragmas: ["PRAGMA busy_timeout = 10000", "PRAGMA synchronous = NORMAL"]
        )
    }

    /// Runs statements in one transaction that holds the write lock from its beginning, as a till should.
    public func write(_ statements: [(sql: String, values: [Value])]) throws {
        try connection.write { sql in
            for (text, values) in statements {
                let statement = try sql.statement(text)
                for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
                try statement.run()
            }
        }
    }

    /// Runs one statement for each number, in one transaction. `bind` binds the number's values.
    public func fill(_ sql: String, _ numbers: Range<Int>, _ bind: (Statement, Int) -> Void) throws {
        try connection.write { connection in
            let statement = try connection.statement(sql)
            for number in numbers {
                bind(statement, number)
                try statement.run()
            }
        }
    }

    public func write(_ sql: String, _ values: Value...) throws { try write([(sql, values)]) }

    /// The refusal's words when the replica's rules refuse the statement; nil when it went through.
    public func refusal(of sql: String, _ values: Value...) throws -> String? {
        do {
            try write([(sql, values)])
            return nil
        } catch ReplicaError.sqlite(_, let message, _) where message.utf8.starts(with: "linli:".utf8) {
            return message
        }
    }

    /// All rows of a query.
    public func rows(_ sql: String, _ values: Value...) throws -> [[Value]] {
        try connection.read { connection in
            let statement = try connection.statement(sql)
            for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
            var rows: [[Value]] = []
            while try statement.step() { rows.append((0..<statement.columnCount).map { statement.value($0) }) }
            return rows
        }
    }

    /// The first number of a query; 0 when there is none.
    public func number(_ sql: String, _ values: Value...) throws -> Int64 {
        try connection.read { connection in
            let statement = try connection.statement(sql)
            for (index, value) in values.enumerated() { statement.bind(index + 1, value) }
            defer { statement.reset() }
            return try statement.step() ? statement.integer(0) : 0
        }
    }

    public func close() throws { try connection.close() }
}
