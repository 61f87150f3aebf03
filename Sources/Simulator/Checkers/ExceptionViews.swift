import Replica

/// The exception views of a replica, whatever its schema calls them.
struct ExceptionViews {
    private let views: [(name: String, columns: [String])]

    init(_ sql: SQL) throws {
        let row = try sql.statement(
            """
            SELECT v.name, c.name FROM sqlite_schema v, pragma_table_info(v.name) c \
            WHERE v.type = 'view' AND v.name LIKE 'exception_%' ORDER BY v.name, c.cid
            """
        )
        var views: [(name: String, columns: [String])] = []
        while try row.step() {
            if views.last?.name != row.string(0) { views.append((row.string(0), [])) }
            views[views.count - 1].columns.append(row.string(1))
        }
        self.views = views
    }

    /// How often all views that have these columns, and of the identifying ones no others, name each thing; by the
    /// columns' values, with a blank between.
    func named(by columns: [String], _ sql: SQL) throws -> [String: Int] {
        let identifying: Set = ["id", "sku"]
        var named: [String: Int] = [:]
        for view in views where columns.allSatisfy(view.columns.contains) {
            guard Set(view.columns).intersection(identifying) == Set(columns).intersection(identifying) else {
                continue
            }
            let row = try sql.statement("SELECT \(columns.joined(separator: " || ' ' || ")) FROM \(view.name)")
            while try row.step() { named[row.string(0), default: 0] += 1 }
        }
        return named
    }
}
