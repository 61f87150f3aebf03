import ChangeLog
import Replica

/// What a command has at hand inside its one transaction.
struct Work {
    let sql: SQL
    /// `hub`, or the store's name.
    let node: String
    /// Milliseconds since 1970 UTC.
    let now: Int64
    /// The stores of the network, as the hub's daemon knows them; empty at a store.
    let stores: [StoreStanding]

    var isHub: Bool { node == NodeName.hub.text }

    /// Runs a statement.
    ///
    /// - Returns: how many rows it changed itself.
    @discardableResult
    func run(_ text: String, _ values: (any Bindable)?...) throws -> Int {
        try run(text, values: values)
    }

    @discardableResult
    func run(_ text: String, values: [(any Bindable)?]) throws -> Int {
        let statement = try bound(text, values)
        defer { statement.clear() }
        try statement.run()
        return sql.changes
    }

    func rows(_ text: String, _ values: (any Bindable)?...) throws -> [Row] {
        let statement = try bound(text, values)
        defer { statement.clear() }
        var rows: [Row] = []
        while try statement.step() {
            rows.append(Row(values: (0..<statement.columnCount).map { statement.value($0) }))
        }
        return rows
    }

    func row(_ text: String, _ values: (any Bindable)?...) throws -> Row? {
        let statement = try bound(text, values)
        defer { statement.clear() }
        guard try statement.step() else { return nil }
        return Row(values: (0..<statement.columnCount).map { statement.value($0) })
    }

    /// A row's key as its INSERT … RETURNING gave it.
    func id(_ text: String, _ values: (any Bindable)?...) throws -> String { try id(text, values: values) }

    func id(_ text: String, values: [(any Bindable)?]) throws -> String {
        let statement = try bound(text, values)
        defer { statement.clear() }
        var found: String?
        while try statement.step() { found = statement.string(0) }
        guard let found else { throw ReplicaError.damaged(what: "the key of a new row") }
        return found
    }

    /// Runs `body`, and takes back what it wrote when it throws.
    func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        try sql.execute("SAVEPOINT attempt")
        do {
            let result = try body()
            try sql.execute("RELEASE attempt")
            return result
        } catch {
            try sql.execute("ROLLBACK TO attempt; RELEASE attempt")
            throw error
        }
    }

    private func bound(_ text: String, _ values: [(any Bindable)?]) throws(ReplicaError) -> Statement {
        let statement = try sql.statement(text)
        for (index, value) in values.enumerated() { statement.bind(index + 1, value?.bound ?? .null) }
        return statement
    }
}

/// A store of the network as its hub knows it.
public struct StoreStanding: Hashable, Sendable {
    public var store: String
    public var region: String
    public var name: String
    /// A session stands.
    public var isOnline: Bool
    /// Neither frozen nor retired.
    public var takesPart: Bool
    /// Disks of it were replaced, and may hold rights still.
    public var hasLostDisks: Bool

    public init(
        store: String,
        region: String,
        name: String,
        isOnline: Bool,
        takesPart: Bool,
        hasLostDisks: Bool = false
    ) {
        (self.store, self.region, self.name) = (store, region, name)
        (self.isOnline, self.takesPart, self.hasLostDisks) = (isOnline, takesPart, hasLostDisks)
    }
}

/// The values of one row of a query, by place.
struct Row {
    let values: [Value]

    func text(_ column: Int) -> String { textIfAny(column) ?? "" }

    func textIfAny(_ column: Int) -> String? {
        if case .text(let bytes) = values[column] { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    func integer(_ column: Int) -> Int64 { integerIfAny(column) ?? 0 }

    func integerIfAny(_ column: Int) -> Int64? { if case .integer(let number) = values[column] { number } else { nil } }

    /// As the answer shows it.
    func json(_ column: Int) -> JSONValue {
        switch values[column] {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
        case .blob(let bytes): .text("\(bytes.count) bytes")
        }
    }

    /// By names, in order.
    func object(_ names: [String]) -> JSONValue {
        .object(Dictionary(uniqueKeysWithValues: zip(names, values.indices.map(json))))
    }
}

/// What a parameter of a statement may be.
protocol Bindable {
    var bound: Value { get }
}

extension String: Bindable { var bound: Value { .text(Array(utf8)) } }
extension Int64: Bindable { var bound: Value { .integer(self) } }
extension Int: Bindable { var bound: Value { .integer(Int64(self)) } }
extension Bool: Bindable { var bound: Value { .integer(self ? 1 : 0) } }
