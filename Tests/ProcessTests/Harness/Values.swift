public import ChangeLog

extension Value {
    init(_ text: String) { self = .text(Array(text.utf8)) }
}

extension Value: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
