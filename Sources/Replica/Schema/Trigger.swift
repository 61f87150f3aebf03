/// One trigger of ours, as a value.
///
/// Law: its name is `linli_KIND_TABLE`, and KIND has letters and digits only, so that no two tables can share one.
struct Trigger {
    let name: String
    private let event: String
    let table: String
    private let when: String?
    private let body: [String]

    /// - Parameters:
    ///   - event: as in `AFTER UPDATE OF "a"`.
    ///   - table: the table's name, or the view's, not quoted.
    ///   - subject: the table that it is about, where it is on a view.
    ///   - body: statements without semicolons; not empty.
    init(
        _ kind: String,
        _ event: String,
        on table: String,
        named subject: String? = nil,
        when: String? = nil,
        _ body: [String]
    ) {
        name = "linli_\(kind)_\(subject ?? table)"
        self.event = event
        self.table = table
        self.when = when
        self.body = body
    }

    /// Exactly as SQLite stores it in `sqlite_schema`.
    var sql: String {
        let condition = when.map { " WHEN \($0)" } ?? ""
        let statements = body.map { "  \($0);\n" }.joined()
        return "CREATE TRIGGER \(SQLName.quoted(name)) \(event) ON \(SQLName.quoted(table))\(condition) BEGIN\n"
            + statements + "END"
    }
}
