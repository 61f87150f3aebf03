/// Where in a schema document something stands, and inside of what: the address of a refusal.
struct Place: Hashable, Sendable {
    /// 1-based; nil when there is no document.
    var line: Int?
    var column: Int?
    /// From the outside in: "table stock", "column on_hand".
    var names: [String] = []

    func inside(_ name: String) -> Place {
        var place = self
        place.names.append(name)
        return place
    }

    /// The error that says `what` is wrong here, and then the cure.
    func refusal(_ what: String, cure: String) -> SchemaError {
        SchemaError(line: line, column: column, reason: (names + ["\(what); \(cure)"]).joined(separator: ": "))
    }
}

/// A word of the document as a message may show it: in quotes, short, and without anything a terminal would obey.
func shown(_ text: String) -> String {
    var result = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 60 { return result + "…\"" }
        result += scalar.properties.isShowable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
    }
    return result + "\""
}

extension Unicode.Scalar.Properties {
    fileprivate var isShowable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: true
        }
    }
}
