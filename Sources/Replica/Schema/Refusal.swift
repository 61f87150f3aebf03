/// What a trigger says when it refuses a statement. SQLite's RAISE takes a literal only, so that a message names the
/// table and the column; the key stands in `linli status` and the log.
enum Refusal {
    case noRights(table: String, column: String)
    case immutable(table: String)
    case key(table: String)
    case notYours(table: String, column: String?)
    case check(table: String, column: String)
    case effect(table: String)

    /// `RAISE(ABORT, 'linli: … (why)')`. Always ABORT: what an outer OR clause says does not soften it.
    func raise(_ why: String) -> String {
        "RAISE(ABORT, \(SQLName.literal("linli: \(subject) (\(why))")))"
    }

    private var subject: String {
        switch self {
        case .noRights(let table, let column): "no rights: \(table).\(column)"
        case .immutable(let table): "immutable: \(table)"
        case .key(let table): "key: \(table)"
        case .notYours(let table, .none): "not yours: \(table)"
        case .notYours(let table, .some(let column)): "not yours: \(table).\(column)"
        case .check(let table, let column): "check: \(table).\(column)"
        case .effect(let table): "effect: \(table)"
        }
    }
}

/// Conditions under which a statement is refused, tried in order by one SELECT: the whole list costs a statement that
/// passes little more than its comparisons.
struct Refusals {
    private var cases: [String] = []

    /// Refuses when `condition` is true; NULL is not true.
    mutating func add(_ condition: String, _ refusal: Refusal, _ why: String) {
        cases.append("WHEN \(condition) THEN \(refusal.raise(why))")
    }

    /// Empty, or one statement for a trigger's body.
    var statements: [String] { cases.isEmpty ? [] : ["SELECT CASE \(cases.joined(separator: " ")) END"] }
}
