import ChangeLog

/// Queries of one row, or of one column.
extension Statement {
    /// The first column of the first row; nil without a row, or where it is NULL.
    func firstInteger() throws(ReplicaError) -> Int64? {
        guard try step() else { return nil }
        let number = isNull(0) ? nil : integer(0)
        reset()
        return number
    }

    /// The bytes of the first column of the first row; nil without a row, or where it is NULL.
    func firstBytes() throws(ReplicaError) -> [UInt8]? {
        guard try step() else { return nil }
        let found = isNull(0) ? nil : bytes(0)
        reset()
        return found
    }

    /// A column of the present row; nil where it is NULL.
    func integerIfAny(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }

    /// Binds a key's values to the parameters from `first` on.
    @inline(__always)
    func bindKey(_ key: [Value], from first: Int = 1) {
        for (index, value) in key.enumerated() { bind(first + index, value) }
    }

    /// The values of `count` columns from `first` on.
    func values(from first: Int, count: Int) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for column in first..<first + count { values.append(value(column)) }
        return values
    }
}
