import GRDBSQLite
import NetworkSchema

/// The schema's views whose name begins with `exception_`: what merging cannot solve and a person must.
enum ExceptionViews {
    /// Rows of each, in the schema's order. A view that SQLite cannot prepare, because an application dropped it or a
    /// table under it, has none: the alteration is told by its own name.
    static func count(_ sql: SQL, plan: SchemaPlan) throws(ReplicaError) -> [(view: String, rows: Int)] {
        var counts: [(view: String, rows: Int)] = []
        for view in plan.schema.views where view.isException {
            do {
                let rows = try sql.statement("SELECT count(*) FROM \(SQLName.quoted(view.name))").firstInteger()
                counts.append((view.name, Int(rows ?? 0)))
            } catch {
                guard error.primaryCode == SQLITE_ERROR else { throw error }
                counts.append((view.name, 0))
            }
        }
        return counts
    }
}
