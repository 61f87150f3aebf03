public import ChangeLog

/// A row's key as one byte string, for the tables of ours that hold keys of any table.
///
///     key := (1 signed varint | 2 string)*        an integer, a text; keys hold no NULL and no blob
///
/// Law: two keys of one table have equal bytes exactly when they are equal.
public struct KeyBytes: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(_ key: [Value]) {
        var out = ByteWriter()
        for value in key {
            switch value {
            case .integer(let number):
                out.byte(1)
                out.signed(number)
            case .text(let text):
                out.byte(2)
                out.string(text)
            case .blob(let blob):
                out.byte(3)
                out.string(blob)
            case .null:
                out.byte(0)
            }
        }
        bytes = out.bytes
    }

    /// As read back from one of our tables.
    public init(stored bytes: [UInt8]) { self.bytes = bytes }

    public func key() throws(MalformedBytes) -> [Value] {
        var reader = ByteReader(bytes)
        var key: [Value] = []
        while !reader.isAtEnd {
            switch try reader.byte() {
            case 0: key.append(.null)
            case 1: key.append(.integer(try reader.signed()))
            case 2: key.append(.text(try reader.string()))
            case 3: key.append(.blob(try reader.string()))
            default: throw MalformedBytes("an unknown key value", offset: reader.offset)
            }
        }
        return key
    }
}

/// A row anywhere in the replica.
public struct RowKey: Hashable, Sendable {
    public let table: Int
    public let key: KeyBytes

    public init(table: Int, key: [Value]) {
        self.table = table
        self.key = KeyBytes(key)
    }

    public init(table: Int, key: KeyBytes) {
        self.table = table
        self.key = key
    }
}
