import ChangeLog
import Replica

/// One case of an exception view: `{"age_ms","exception","row","since","store","subject"}`; the row has the view's
/// columns.
struct ExceptionJSON: Encodable {
    private let row: ExceptionReport.Row
    private let age: Int64?

    init(_ row: ExceptionReport.Row, nowMilliseconds: Int64) {
        self.row = row
        age = row.since.map { max(nowMilliseconds - $0, 0) }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Name.self)
        try fields.encode(row.exception, forKey: Name("exception"))
        try fields.encode(row.subject, forKey: Name("subject"))
        try fields.encode(row.store, forKey: Name("store"))
        try fields.encode(row.since, forKey: Name("since"))
        try fields.encode(age, forKey: Name("age_ms"))
        var columns = fields.nestedContainer(keyedBy: Name.self, forKey: Name("row"))
        for column in row.columns {
            switch column.value {
            case .null: try columns.encodeNil(forKey: Name(column.name))
            case .integer(let number): try columns.encode(number, forKey: Name(column.name))
            case .text, .blob: try columns.encode(column.value.readable, forKey: Name(column.name))
            }
        }
    }
}
