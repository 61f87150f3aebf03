import NetworkSchema

/// Whether everything of ours in the file is as we made it. A client may drop a trigger, or lay a UNIQUE index of its
/// own on a replicated table, and nothing would look wrong until rows are missing.
extension ReplicaSchema {
    /// What differs, in words for an operator; empty when nothing does. Tables that applications added for themselves
    /// are theirs.
    public static func alterations(_ sql: SQL, plan: SchemaPlan, role: NodeRole) throws(ReplicaError) -> [String] {
        let objects = ReplicaObjects(plan: plan, role: role)
        var found: [String] = []
        let triggers = objects.triggers.map { NamedSQL(name: $0.name, sql: $0.sql) }
        for (kind, expected) in [("trigger", triggers), ("view", objects.views), ("index", objects.indexes)] {
            found += try differing(sql, kind, expected)
        }
        found += try strangers(sql, expected: Set(objects.triggers.map(\.name)))
        for table in plan.tables { found += try alterations(sql, of: table) }
        return found
    }

    /// Throws the first alteration.
    public static func verify(_ sql: SQL, plan: SchemaPlan, role: NodeRole) throws(ReplicaError) {
        if let first = try alterations(sql, plan: plan, role: role).first { throw .altered(object: first) }
    }

    private static func differing(
        _ sql: SQL,
        _ kind: String,
        _ expected: [NamedSQL]
    ) throws(ReplicaError) -> [String] {
        let statement = try sql.statement("SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2")
        defer { statement.clear() }
        var found: [String] = []
        for object in expected {
            statement.bind(1, kind).bind(2, object.name)
            let present = try statement.firstBytes()
            if present == nil {
                found.append("\(kind) \(object.name), which is missing,")
            } else if present?.elementsEqual(object.sql.utf8) == false {
                found.append("\(kind) \(object.name)")
            }
        }
        return found
    }

    /// Triggers under our name that we did not make; they would run among ours.
    private static func strangers(_ sql: SQL, expected: Set<String>) throws(ReplicaError) -> [String] {
        try names(sql, "type = 'trigger' AND name GLOB 'linli_*'").filter { !expected.contains($0) }
            .map { "trigger \($0), which is not ours," }
    }

    private static func alterations(_ sql: SQL, of table: TablePlan) throws(ReplicaError) -> [String] {
        let name = table.table.name
        let expected = table.table.columns.map(\.name)
        let present = try columns(sql, of: name)
        if present.isEmpty { return ["table \(name), which is missing,"] }
        if Set(present) != Set(expected) { return ["table \(name), whose columns differ,"] }
        let shape = try sql.statement("SELECT wr + strict FROM pragma_table_list WHERE schema = 'main' AND name = ?1")
            .bind(1, name).firstInteger()
        var found = shape == 2 ? [] : ["table \(name), which is no longer STRICT and WITHOUT ROWID,"]
        let unique = try sql.statement("SELECT count(*) FROM pragma_index_list(?1) WHERE \"unique\" AND origin <> 'pk'")
            .bind(1, name).firstInteger()
        if unique != 0 { found.append("table \(name), which has a UNIQUE index that REPLACE slips through,") }
        return found
    }
}
