import ChangeLog
import NetworkSchema

/// JSON as it stands in the public tables, and as SQLite's `json_array` writes it. A blob, which JSON has not, is a text
/// of its hexadecimal digits.
struct ChangeJSON {
    private var bytes: [UInt8] = []

    static func array(_ values: [Value]) -> Value {
        var json = ChangeJSON()
        json.bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { json.bytes.append(UInt8(ascii: ",")) }
            json.append(value)
        }
        json.bytes.append(UInt8(ascii: "]"))
        return .text(json.bytes)
    }

    static func value(_ value: Value) -> Value {
        var json = ChangeJSON()
        json.append(value)
        return .text(json.bytes)
    }

    /// The named cells of a row, as an object.
    static func cells(_ mask: UInt64, _ values: [Value], of plan: TablePlan) -> Value {
        var json = ChangeJSON()
        json.append(mask, values, of: plan)
        return .text(json.bytes)
    }

    /// What `linli_quarantine.change` holds.
    static func change(
        _ verb: String,
        columns: (mask: UInt64, values: [Value], plan: TablePlan)?,
        site: SiteID,
        number: ChangesetNumber
    ) -> Value {
        var json = ChangeJSON()
        json.append(raw: "{\"op\":")
        json.append(.text(verb))
        json.append(raw: ",\"columns\":")
        if let columns { json.append(columns.mask, columns.values, of: columns.plan) } else { json.append(raw: "{}") }
        json.append(raw: ",\"site\":\"\(site)\",\"number\":\(number)}")
        return .text(json.bytes)
    }

    private mutating func append(_ mask: UInt64, _ values: [Value], of plan: TablePlan) {
        append(raw: "{")
        var rest = mask
        for (index, value) in values.enumerated() where rest != 0 {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            if index > 0 { append(raw: ",") }
            append(.text(plan.column(ofCell: cell).name))
            append(raw: ":")
            append(value)
        }
        append(raw: "}")
    }

    private mutating func append(_ value: Value) {
        switch value {
        case .null: append(raw: "null")
        case .integer(let number): append(raw: String(number))
        case .text(let text): append(text: text)
        case .blob(let blob):
            append(raw: "\"")
            for byte in blob {
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            }
            append(raw: "\"")
        }
    }

    private mutating func append(text: [UInt8]) {
        append(raw: "\"")
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 8: append(raw: "\\b")
            case 9: append(raw: "\\t")
            case 10: append(raw: "\\n")
            case 12: append(raw: "\\f")
            case 13: append(raw: "\\r")
            case 0..<32: append(raw: "\\u00\(byte < 16 ? "0" : "1")\(String(byte & 15, radix: 16))")
            default: bytes.append(byte)
            }
        }
        append(raw: "\"")
    }

    private mutating func append(raw: String) { bytes.append(contentsOf: raw.utf8) }

    private static let digits = Array("0123456789abcdef".utf8)
}
