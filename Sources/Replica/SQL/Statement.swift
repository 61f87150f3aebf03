public import ChangeLog
import GRDBSQLite

/// One prepared statement, with values as bytes. GRDB's own statements cut TEXT at NUL and repair bad UTF-8; a replica
/// must carry what SQLite holds.
///
/// Law: a statement is reset, and its bindings cleared, before anyone else gets it from the cache.
public final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let sql: String

    init(_ sql: String, on connection: OpaquePointer) throws(ReplicaError) {
        var handle: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        guard sqlite3_prepare_v3(connection, sql, -1, flags, &handle, nil) == SQLITE_OK, let handle else {
            throw ReplicaError.last(of: connection, sql: sql)
        }
        self.handle = handle
        self.connection = connection
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: Binding; parameters count from 1

    @inline(__always)
    @discardableResult
    public func bind(_ parameter: Int, _ integer: Int64) -> Self {
        sqlite3_bind_int64(handle, Int32(truncatingIfNeeded: parameter), integer)
        return self
    }

    @discardableResult
    public func bind(_ parameter: Int, _ integer: Int) -> Self { bind(parameter, Int64(integer)) }

    @discardableResult
    public func bind(_ parameter: Int, _ text: String) -> Self { bind(parameter, .text(Array(text.utf8))) }

    @discardableResult
    public func bindNull(_ parameter: Int) -> Self {
        sqlite3_bind_null(handle, Int32(truncatingIfNeeded: parameter))
        return self
    }

    /// SQLite copies the bytes.
    @inline(__always)
    @discardableResult
    public func bind(_ parameter: Int, _ value: Value) -> Self {
        let index = Int32(truncatingIfNeeded: parameter)
        switch value {
        case .null:
            sqlite3_bind_null(handle, index)
        case .integer(let number):
            sqlite3_bind_int64(handle, index, number)
        case .text(let bytes):
            bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count > 0 else {
                    _ = sqlite3_bind_text(handle, index, "", 0, Self.transient)
                    return
                }
                _ = sqlite3_bind_text64(
                    handle,
                    index,
                    start,
                    UInt64(buffer.count),
                    Self.transient,
                    UInt8(SQLITE_UTF8)
                )
            }
        case .blob(let bytes):
            bytes.withUnsafeBytes { buffer in
                guard buffer.count > 0 else {
                    _ = sqlite3_bind_zeroblob(handle, index, 0)
                    return
                }
                _ = sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(buffer.count), Self.transient)
            }
        }
        return self
    }

    // MARK: Running

    /// True: a row stands in the columns. False: done, and the statement is reset.
    @inline(__always)
    public func step() throws(ReplicaError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code != SQLITE_DONE {
            let error = ReplicaError.last(of: connection, sql: sql)
            sqlite3_reset(handle)
            throw error
        }
        sqlite3_reset(handle)
        return false
    }

    /// Runs to the end; rows are skipped.
    public func run() throws(ReplicaError) {
        while try step() {}
    }

    /// Gives the snapshot back before the last row was read.
    public func reset() { sqlite3_reset(handle) }

    public func clear() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    // MARK: Columns of the present row; they count from 0

    public var columnCount: Int { Int(sqlite3_column_count(handle)) }

    @inline(__always)
    public func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, Int32(truncatingIfNeeded: column)) == SQLITE_NULL
    }

    @inline(__always)
    public func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(truncatingIfNeeded: column)) }

    /// The bytes of a TEXT or BLOB; empty for NULL.
    @inline(__always)
    public func bytes(_ column: Int) -> [UInt8] {
        let index = Int32(truncatingIfNeeded: column)
        guard let start = sqlite3_column_blob(handle, index) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
    }

    /// The bytes of a TEXT or BLOB in place; gone with the next step. Empty for NULL.
    @inline(__always)
    func withBytes<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let index = Int32(truncatingIfNeeded: column)
        let start = sqlite3_column_blob(handle, index)
        return body(
            UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, index)))
        )
    }

    /// What the column holds, as a cell type; nil for NULL and for what no cell of ours can hold.
    @inline(__always)
    func cellType(_ column: Int) -> CellType? {
        switch sqlite3_column_type(handle, Int32(truncatingIfNeeded: column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: nil
        }
    }

    public func string(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

    @inline(__always)
    public func value(_ column: Int) -> Value {
        switch sqlite3_column_type(handle, Int32(truncatingIfNeeded: column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(bytes(column))
        case SQLITE_BLOB: .blob(bytes(column))
        case SQLITE_FLOAT: .integer(integer(column))
        default: .null
        }
    }

    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

extension ReplicaError {
    static func last(of connection: OpaquePointer, sql: String) -> ReplicaError {
        .sqlite(
            code: sqlite3_extended_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection)),
            sql: sql
        )
    }
}
