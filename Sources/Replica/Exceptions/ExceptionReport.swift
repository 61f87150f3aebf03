public import ChangeLog
import NetworkSchema

/// What the schema's `exception_` views show, for whoever looks; with a daemon or without.
///
/// Columns that a view may have, and what they are taken for: `subject` names the case (else the first column does),
/// `store_id` the store, `since` the time, in milliseconds since 1970 UTC, from which it stands.
public enum ExceptionReport {
    /// One case that a person must see to.
    public struct Row: Hashable, Sendable {
        /// The view's name without `exception_`.
        public var exception: String
        public var subject: String
        public var store: String?
        public var since: Int64?
        /// All columns of the view, in order.
        public var columns: [Column]
    }

    public struct Column: Hashable, Sendable {
        public var name: String
        public var value: Value
    }

    /// In the order of the schema's views, then as they give them.
    ///
    /// - Throws: `ReplicaError.notANode`, `.newer`, or what SQLite says.
    public static func read(
        directory: String,
        files: any FileSystem = SystemFiles()
    ) throws(ReplicaError) -> [Row] {
        try ReplicaReading.of(directory, files: files) { sql in
            var rows: [Row] = []
            for view in try SchemaPlan.stored(sql).exceptionViews { rows += try self.rows(of: view, sql) }
            return rows
        }
    }

    static func rows(of view: String, _ sql: SQL) throws(ReplicaError) -> [Row] {
        let names = try ReplicaSchema.columns(sql, of: view)
        let statement = try sql.statement("SELECT * FROM \(SQLName.quoted(view))")
        defer { statement.reset() }
        var rows: [Row] = []
        while try statement.step() {
            let columns = names.enumerated().map { Column(name: $1, value: statement.value($0)) }
            rows.append(Row(exception: String(view.dropFirst(SchemaPlan.exceptionPrefix.count)), columns))
        }
        return rows
    }
}

extension ExceptionReport.Row {
    init(exception: String, _ columns: [ExceptionReport.Column]) {
        func value(_ name: String) -> Value? { columns.first { $0.name == name }?.value }
        self.init(
            exception: exception,
            subject: (value("subject") ?? columns.first?.value)?.readable ?? "",
            store: value("store_id")?.readable,
            since: value("since")?.integer,
            columns: columns
        )
    }
}

extension SchemaPlan {
    static let exceptionPrefix = "exception_"

    /// In the schema's order.
    var exceptionViews: [String] { schema.views.filter(\.isException).map(\.name) }
}

extension Value {
    /// As people read it; nil for NULL.
    public var readable: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }
}
