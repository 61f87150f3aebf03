import ChangeLog
import NetworkSchema
import Replica
import Testing

/// A replica of the corner schema in memory or in a file, with the verbs that the tests tell their stories in.
final class CornerReplica {
    let plan: SchemaPlan
    let role: NodeRole
    let connection: Connection

    /// - Parameter plan: of the corner schema, unless it is another.
    init(_ role: NodeRole, path: String = ":memory:", plan: SchemaPlan? = nil) throws {
        self.plan = try plan ?? SchemaPlan(try NetworkSchema(yaml: CornerSchema.yaml))
        self.role = role
        connection = try Connection(path: path, pragmas: ReplicaPragmas.creation)
        let (plan, site) = (self.plan, SiteID(7))
        try connection.write { sql in
            try ReplicaSchema.create(sql, plan: plan, role: role, site: site, network: "corner", nowMilliseconds: 0)
        }
    }

    static func store(_ name: String = "s1", region: String = "east") throws -> CornerReplica {
        try CornerReplica(.store(try #require(NodeName(name)), region: region))
    }

    /// Runs SQL as an application would.
    func run(_ sql: String) throws { try connection.use { try $0.execute(sql) } }

    /// What an application is told; nil when nothing was refused.
    func refusal(_ sql: String) -> String? {
        do {
            try run(sql)
            return nil
        } catch ReplicaError.sqlite(_, let message, _) {
            return message
        } catch {
            return "\(error)"
        }
    }

    /// Expects that an application's statement is refused in words that begin so.
    func refuses(_ sql: String, _ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let message = refusal(sql)
        #expect(message?.hasPrefix(words) == true, "\(sql): \(message ?? "taken")", sourceLocation: sourceLocation)
    }

    /// Expects that an application's statement is taken.
    func takes(_ sql: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let message = refusal(sql)
        #expect(message == nil, "\(sql)", sourceLocation: sourceLocation)
    }

    /// Rows as texts, columns parted by `|`, rows by `;`.
    func rows(_ query: String) throws -> String {
        try connection.use { sql in
            let statement = try sql.statement(query)
            var lines: [String] = []
            while try statement.step() {
                lines.append((0..<statement.columnCount).map { Self.text(statement.value($0)) }.joined(separator: "|"))
            }
            return lines.joined(separator: ";")
        }
    }

    /// Writes what would have come from the hub: the triggers stand aside.
    func receive(_ sql: String) throws {
        try connection.use { connection in
            try connection.setTriggers(enabled: false)
            defer { #expect(throws: Never.self) { try connection.setTriggers(enabled: true) } }
            try connection.execute(sql)
        }
    }

    static func text(_ value: Value) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let number): String(number)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): "x" + bytes.map { String($0, radix: 16) }.joined()
        }
    }
}
