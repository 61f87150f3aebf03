import ChangeLog
import NetworkSchema

extension SchemaPlan {
    /// The schema version in force, from the documents that the replica keeps: what stood in an earlier version keeps
    /// its number.
    static func stored(_ sql: SQL) throws(ReplicaError) -> SchemaPlan {
        let version = try Settings(sql).schemaVersion()
        let row = try sql.statement("SELECT document FROM linli_schema WHERE version <= ?1 ORDER BY version")
            .bind(1, version)
        defer { row.reset() }
        var schema: NetworkSchema?
        while try row.step() {
            let next: NetworkSchema
            do {
                next = try NetworkSchema(yaml: row.string(0))
            } catch {
                throw .damagedSetting(name: "schema: \(error)")
            }
            schema = schema.map { next.ordered(like: $0) } ?? next
        }
        guard let schema, schema.version == version else {
            throw .damagedSetting(name: SettingName.schemaVersion.rawValue)
        }
        return SchemaPlan(schema)
    }
}
