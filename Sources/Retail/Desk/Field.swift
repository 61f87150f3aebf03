/// One field of a command's request: what a caller may write, and what the API's document says of it.
public struct Field: Hashable, Sendable {
    public indirect enum Kind: Hashable, Sendable {
        /// At most so many bytes of UTF-8, no control characters, not empty.
        case text(bytesMax: Int)
        case integer(ClosedRange<Int64>)
        case boolean
        case choice([String])
        /// An object with fields of its own.
        case object([Field])
        case list(of: [Field], countMax: Int)
    }

    public let name: String
    public let kind: Kind
    public let isRequired: Bool
    /// For the API's document.
    public let about: String

    init(_ name: String, _ kind: Kind, isRequired: Bool = true, _ about: String) {
        (self.name, self.kind, self.isRequired, self.about) = (name, kind, isRequired, about)
    }

    static func optional(_ name: String, _ kind: Kind, _ about: String) -> Field {
        Field(name, kind, isRequired: false, about)
    }
}

extension Field.Kind {
    /// Names of products, stores, orders, people: far above any, far below what makes a row large.
    static let name = Field.Kind.text(bytesMax: 255)
    static let note = Field.Kind.text(bytesMax: 2_000)
    static let quantity = Field.Kind.integer(1...Quantity.thousandthsMax)
    static let money = Field.Kind.integer(0...1_000_000_000_000)
    static let time = Field.Kind.integer(0...253_402_300_799_999)
}

/// A request that was checked against its fields.
public struct Arguments: Sendable {
    private let members: [String: JSONValue]

    /// - Throws: `RetailError.badInput` that names the field, as `lines[2].sku`.
    init(_ value: JSONValue, _ fields: [Field], path: String = "") throws(RetailError) {
        guard case .object(var members) = value else {
            throw .badInput(path.isEmpty ? "body" : path, "it is no JSON object", cure: "send {…}")
        }
        for (name, value) in members where value == .null { members[name] = nil }
        let known = Set(fields.map(\.name))
        if let unknown = members.keys.filter({ !known.contains($0) }).min() {
            throw .badInput(
                Self.join(path, String(unknown.prefix(64))),
                "there is no such field",
                cure: "the fields are \(fields.map(\.name).joined(separator: ", "))"
            )
        }
        for field in fields {
            let place = Self.join(path, field.name)
            guard let value = members[field.name] else {
                if field.isRequired { throw .badInput(place, "it is missing", cure: "give \(field.about)") }
                continue
            }
            try Self.check(value, field, place)
        }
        self.members = members
    }

    func text(_ name: String) -> String { members[name]?.text ?? "" }
    func textIfAny(_ name: String) -> String? { members[name]?.text }
    func integer(_ name: String) -> Int64 { members[name]?.integer ?? 0 }
    func integerIfAny(_ name: String) -> Int64? { members[name]?.integer }
    func flag(_ name: String) -> Bool? { if case .bool(let flag)? = members[name] { flag } else { nil } }

    /// Objects of a list that was checked already; empty when it was not given.
    func list(_ name: String) -> [Arguments] { (members[name]?.list ?? []).map(Arguments.init(checked:)) }

    func object(_ name: String) -> Arguments? { members[name].map(Arguments.init(checked:)) }

    private init(checked value: JSONValue) {
        if case .object(let members) = value { self.members = members.filter { $1 != .null } } else { members = [:] }
    }

    private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private static func check(_ value: JSONValue, _ field: Field, _ place: String) throws(RetailError) {
        switch (field.kind, value) {
        case (.text(let bytesMax), .text(let text)):
            guard (1...bytesMax).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw .badInput(
                    place,
                    "it has \(text.utf8.count) bytes, or control characters",
                    cure: "1 to \(bytesMax) bytes of plain text"
                )
            }
        case (.integer(let range), .integer(let number)):
            guard range.contains(number) else {
                throw .badInput(
                    place,
                    "\(number) is out of range",
                    cure: "give \(range.lowerBound) to \(range.upperBound)"
                )
            }
        case (.boolean, .bool): break
        case (.choice(let words), .text(let word)):
            guard words.contains(word) else {
                throw .badInput(place, "\(GTIN.shown(word)) is none of them", cure: words.joined(separator: ", "))
            }
        case (.object(let fields), .object): _ = try Arguments(value, fields, path: place)
        case (.list(let fields, let countMax), .list(let list)):
            guard (1...countMax).contains(list.count) else {
                throw .badInput(place, "\(list.count) entries", cure: "give 1 to \(countMax)")
            }
            for (index, one) in list.enumerated() { _ = try Arguments(one, fields, path: "\(place)[\(index)]") }
        default: throw .badInput(place, "it is of the wrong type", cure: "give \(field.about)")
        }
    }
}
