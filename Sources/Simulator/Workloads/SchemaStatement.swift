import ChangeLog
import NetworkSchema
import Replica

/// One statement on any table: its rows have few keys, so that writers meet; a child's parent has one of the same few.
enum SchemaStatement {
    private static let keysEach = 8

    /// - Parameter store: whose scope the row is to be of, where the table asks for a store or a region.
    static func draw(_ table: Table, store: StoreMachine, _ chance: inout Chance) -> String {
        let row = table.columns.indices.filter { table.columns[$0].generated == nil }
            .map { (column: table.columns[$0], sql: value($0, of: table, store: store, &chance)) }
        let name = SQLName.quoted(table.name)
        let names = row.map { SQLName.quoted($0.column.name) }.joined(separator: ", ")
        let insert = "INTO \(name)(\(names)) VALUES (\(row.map { $0.sql }.joined(separator: ", ")))"
        let key = Set(table.key.map { table.columns[$0].name })
        let isKey = row.filter { key.contains($0.column.name) }
            .map { "\(SQLName.quoted($0.column.name)) = \($0.sql)" }.joined(separator: " AND ")
        let cells = row.filter { !key.contains($0.column.name) }
        guard !table.isImmutable, !cells.isEmpty else { return "INSERT OR IGNORE \(insert)" }
        let cell = chance.pick(cells)
        let cellName = SQLName.quoted(cell.column.name)
        let change = cell.column.merge.isCounter ? "\(cellName) + (\(cell.sql)) - 6" : cell.sql
        return switch chance.below(10) {
        case 0..<3: "INSERT OR IGNORE \(insert)"
        case 3..<7: "UPDATE \(name) SET \(cellName) = \(change) WHERE \(isKey)"
        case 7:
            "INSERT \(insert) ON CONFLICT(\(table.key.map { SQLName.quoted(table.columns[$0].name) }.joined(separator: ", "))) "
                + "DO UPDATE SET \(cellName) = \(change)"
        case 8: "INSERT OR REPLACE \(insert)"
        default: "DELETE FROM \(name) WHERE \(isKey)"
        }
    }

    private static func value(_ place: Int, of table: Table, store: StoreMachine, _ chance: inout Chance) -> String {
        let column = table.columns[place]
        let number = chance.below(keysEach)
        for scope in table.scopes {
            switch scope {
            case .store(let named) where named == place: return SQLName.literal(store.name.text)
            case .region(let named) where named == place: return SQLName.literal(store.region)
            case .parent(_, let named) where named == place: return key(number, column)
            default: continue
            }
        }
        if table.key.contains(place) { return key(number, column) }
        // A check that lists what is allowed says it in literals.
        if let word = words(of: column.check).isEmpty ? nil : chance.pick(words(of: column.check)) { return word }
        if number == 0, !column.isRequired, !column.merge.isCounter { return "NULL" }
        return switch column.type {
        case .text, .id: "'w\(number)-\(store.index)'"
        case .integer: "\(column.merge.isCounter ? number * 3 : number)"
        case .time: "\(1_767_225_600_000 + number)"
        case .boolean: "\(number % 2)"
        case .blob: "x'0\(number)'"
        }
    }

    private static func key(_ number: Int, _ column: Column) -> String {
        switch column.type {
        case .text, .id: "'k\(number)'"
        case .blob: "x'0\(number)'"
        case .integer, .time, .boolean: "\(column.type == .boolean ? number % 2 : number)"
        }
    }

    /// The text literals of a check, as SQL.
    private static func words(of check: String?) -> [String] {
        guard let check else { return [] }
        let parts = check.split(separator: "'", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 && $0 + 1 < parts.count }.map { SQLName.literal(String(parts[$0])) }
    }
}
