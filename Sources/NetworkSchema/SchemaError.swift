/// Why a schema document, or its next version, is refused: where, what, and then the cure.
///
///     line 12: table stock: column on_hand: merge counter needs type integer, got text; write type: integer
public struct SchemaError: Error, Hashable, Sendable {
    /// 1-based; nil only for a schema that was made in code and has no document.
    public var line: Int?
    /// 1-based, in Unicode scalars.
    public var column: Int?
    /// What is wrong and with which table or column; after the last semicolon, what to write instead.
    public var reason: String

    public init(line: Int?, column: Int? = nil, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension SchemaError: CustomStringConvertible {
    public var description: String {
        guard let line else { return reason }
        return "line \(line): \(reason)"
    }
}
