import ChangeLog
import Testing

@testable import Replica

/// The oracle: what SQL sees at the store, and what it must see.
extension OverlayWorld {
    func check(_ when: String) throws {
        let base = shop.replica.state.base
        guard
            try !shop.replica.client.use({ sql in
                try StoreCaptures(sql).hasAny(after: shop.replica.state.sealedThrough)
            })
        else { return }
        let log = try shop.operations()
        for (cell, value) in written {
            let parts = cell.split(separator: ".").map(String.init)
            let last = log.last { one in
                FeedingHub.text(one.operation.key[0]) == parts[0] && one.operation.value(Int(parts[1]) ?? 0) != nil
            }
            try hold(last?.operation.value(Int(parts[1]) ?? 0), value, "\(cell) in the change log, \(when)")
        }
        written = [:]
        guard let snapshot = snapshots[base.cursor.position.number] else { return }
        var want = snapshot.rows
        var dead = snapshot.dead
        for (number, operation) in log where number > base.included.number {
            let key = FeedingHub.text(operation.key[0])
            var row = want[key] ?? ModelRow(Self.rules)
            if want[key] == nil, let life = dead[key] { row.life = life }
            _ = row.merge(operation, site: StoreShop.site.raw, holder: StoreShop.name.text, base: nil)
            want[key] = row.isAlive ? row : nil
            dead[key] = row.isAlive ? nil : row.life
        }
        let have = try visible()
        try hold(have.mapValues(\.values), want.mapValues(\.values), "visible, \(when)")
        for (key, row) in have.sorted(by: { $0.key < $1.key }) {
            try hold(.integer(row.ledger.values.reduce(0, +)), row.values[7], "all rights of \(key), \(when)")
            try hold(row.ledger.values.filter { $0 <= 0 }, [], "rights below one of \(key), \(when)")
        }
        try hold(have.mapValues(\.ledger), want.mapValues(\.ledger), "rights, \(when)")
    }

    struct Violation: Error, CustomStringConvertible {
        var description: String
    }

    func hold<Fact: Equatable>(_ have: Fact, _ want: Fact, _ what: String) throws {
        guard have != want else { return }
        throw Violation(
            description: "\(what): \(have) instead of \(want)\n" + story.suffix(25).joined(separator: "\n")
        )
    }

    /// What SQL sees.
    func visible() throws -> [String: ModelRow] {
        try shop.till.read { sql in
            var rows: [String: ModelRow] = [:]
            let found = try sql.statement("SELECT id, \(Self.columns.joined(separator: ", ")) FROM item")
            while try found.step() {
                var row = ModelRow(Self.rules)
                row.isAlive = true
                row.cells = found.values(from: 1, count: Self.columns.count).map { ModelRow.Cell(value: $0) }
                rows[found.string(0)] = row
            }
            let rights = try sql.statement(
                """
                SELECT json_extract(key, '$[0]'), node, units FROM linli_rights WHERE "table" = 'item' AND units <> 0
                """
            )
            while try rights.step() { rows[rights.string(0)]?.give(rights.string(1), rights.integer(2)) }
            return rows
        }
    }
}
