import SplitMix
import ChangeLog
import Testing

@testable import Replica

/// A store that sells by real SQL, and a hub that other nodes write to as well, driven by a seed. After each step that
/// could matter, what SQL sees at the store is held against hub state at the cursor plus own changesets.
final class OverlayWorld {
    static let rules: [ModelRow.Rule] = [.last, .last, .last, .first, .max, .min, .sum, .escrow]
    static let columns = ["store_id", "note", "price", "placed_at", "high", "low", "n", "units"]
    static let keys = ["a", "b", "c", "d"]
    /// A row that is only counted up and down, so that nothing else than losing or doubling a write can change it.
    static let counter = "z"

    /// What the hub's state was, for this store, at a position.
    struct Snapshot {
        var rows: [String: ModelRow] = [:]
        /// Lives of deleted rows that the store was told of.
        var dead: [String: Int] = [:]
        var included: Int64 = 0
    }

    let shop: StoreShop
    var hub: FeedingHub
    var luck: SplitMix64
    let table: TablePlan
    var snapshots: [Int64: Snapshot] = [0: Snapshot()]
    /// What the round in progress says of rows that are not there: by key, the greatest position, and the life.
    var told: [String: (position: Int64, rank: Int, life: Int)] = [:]
    /// The last value that the till wrote to a cell and that must stand in the change log.
    var written: [String: Value] = [:]
    var counted: Int64 = 0
    var story: [String] = []
    private(set) var figures: [String: Int] = [:]
    /// The hub's clock against the store's.
    private let skew: Int64

    init(seed: UInt64, mistake: FeedingHub.Mistake = .none) throws {
        shop = try StoreShop()
        luck = SplitMix64(seed: seed)
        hub = FeedingHub(store: StoreShop.name.text, site: StoreShop.site.raw, rules: Self.rules)
        hub.mistake = mistake
        table = try shop.table("item")
        skew = [0, 0, 40, -40][luck.below(4)]
        foreign(.insert, Self.counter, life: 1, [0: .text(StoreShop.name.text), 6: .integer(0), 7: .integer(0)])
        shop.replica.atStep = { [unowned self] step in
            // The till sells on while a round is prepared.
            guard step == .roundFilled || step == .ownWritesLaid, self.luck.below(3) == 0 else { return }
            do { try self.sell() } catch { Issue.record(error) }
        }
    }

    func step() throws {
        switch luck.below(20) {
        case 0..<6: try sell()
        case 6..<10: hubWrite()
        case 10: try seal()
        case 11: try push()
        case 12: try acknowledge()
        case 13..<16: try read()
        case 16, 17: try checkpoint()
        case 18: try disturb()
        default: _ = try shop.replica.shareGrants()
        }
    }

    /// Everything goes up, everything comes down; then store and hub agree.
    func settle() throws {
        shop.replica.atStep = nil
        for _ in 0..<3 {
            try seal()
            while hub.included < shop.replica.state.last.number { try push() }
            while FeedingHub.scopes.contains(where: { !hub.isExhausted($0, after: reach($0)) }) { try read() }
            try checkpoint()
        }
        try seal()
        let want = hub.visible.mapValues(\.values)
        let have = try visible().mapValues(\.values)
        try hold(have, want, "at rest")
        try hold(hub.rows[Self.counter]?.row.cells[6].value, .integer(counted), "what was counted")
    }

    // MARK: The till

    private func sell() throws {
        let key = luck.below(5) == 0 ? Self.counter : Self.keys[luck.below(Self.keys.count)]
        let present = try visible()[key]
        let column = 1 + luck.below(7)
        let number = Int64(luck.below(100))
        var sql: String
        var cell: (Int, Value)?
        if key == Self.counter {
            sql = "UPDATE item SET n = n + \(number) WHERE id = '\(key)'"
        } else if present == nil {
            let note = luck.below(8) == 0 ? "BAD" : "n\(number)"
            sql = """
                INSERT INTO item(id, store_id, note, placed_at, high, n, units)
                VALUES ('\(key)', 'nanjing-1', '\(note)',
                \(luck.below(2) == 0 ? "NULL" : "\(number)"), \(luck.below(9)), \(luck.below(4)), \(luck.below(12)))
                """
            cell = (1, .text(note))
        } else if luck.below(5) == 0 {
            sql = "DELETE FROM item WHERE id = '\(key)'"
        } else if luck.below(10) == 0 {
            sql = "UPDATE item SET store_id = '\(luck.below(3) == 0 ? "nanjing-2" : "nanjing-1")' WHERE id = '\(key)'"
        } else if column == 1 {
            let note = luck.below(8) == 0 ? "BAD" : "m\(number)"
            sql = "UPDATE item SET note = '\(note)' WHERE id = '\(key)'"
            cell = (1, .text(note))
        } else if column == 6 || column == 7 {
            let delta = Int64(luck.below(7)) - 3
            sql = "UPDATE item SET \(Self.columns[column]) = \(Self.columns[column]) + \(delta) WHERE id = '\(key)'"
        } else {
            sql = "UPDATE item SET \(Self.columns[column]) = \(number) WHERE id = '\(key)'"
            if column == 2 { cell = (2, .integer(number)) }
        }
        do {
            try shop.sell(sql)
        } catch let refusal as ReplicaError where "\(refusal)".contains("linli:") {
            return count("refused", sql)
        }
        count("sold", sql)
        if key == Self.counter, present != nil { counted += number }
        guard key != Self.counter else { return }
        if sql.hasPrefix("DELETE") { for column in [1, 2] { written["\(key).\(column)"] = nil } }
        if let cell, present?.values[cell.0] != cell.1 { written["\(key).\(cell.0)"] = cell.1 }
    }

    // MARK: Others

    private func hubWrite() {
        let key = luck.below(6) == 0 ? Self.counter : Self.keys[luck.below(Self.keys.count)]
        let number = Int64(luck.below(100))
        guard let row = hub.rows[key]?.row else {
            return foreign(.insert, key, life: 1, begin(number))
        }
        if key == Self.counter {
            counted += number
            return foreign(.update, key, life: row.life, [6: .integer(number)])
        }
        guard row.isAlive else { return foreign(.insert, key, life: row.life + 1, begin(number)) }
        switch luck.below(9) {
        case 0 where row.ledger.keys.allSatisfy { $0 == "hub" }: foreign(.delete, key, life: row.life + 1, [:])
        case 1: foreign(.update, key, life: row.life, [0: .text(luck.below(2) == 0 ? "nanjing-1" : "nanjing-2")])
        case 2: foreign(.update, key, life: row.life, [3: .integer(number)])
        case 3: foreign(.update, key, life: row.life, [4: .integer(number), 5: .integer(number)])
        case 4: foreign(.update, key, life: row.life, [6: .integer(number - 50)])
        case 5: foreign(.update, key, life: row.life, [7: .integer(-min(number % 5, row.ledger["hub"] ?? 0))])
        case 6:
            let units = (row.ledger["hub"] ?? 0) / 2
            guard units > 0 else { return }
            foreign(.grant(column: 7, to: StoreShop.name, units: units), key, life: 1, [:])
        default: foreign(.update, key, life: row.life, [1: .text("h\(number)"), 2: .integer(number)])
        }
    }

    private func begin(_ number: Int64) -> [Int: Value] {
        let home = luck.below(3) == 0 ? "nanjing-2" : StoreShop.name.text
        return [0: .text(home), 1: .text("i\(number)"), 6: .integer(1), 7: .integer(number % 8)]
    }

    private func foreign(_ kind: Operation.Kind, _ key: String, life: Int, _ cells: [Int: Value]) {
        shop.now += 1
        let mask = kind == .insert ? table.shape.fullMask : cells.keys.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        let values = (0..<table.cells.count).filter { mask >> UInt64($0) & 1 == 1 }.map { cell in
            cells[cell] ?? (cell >= 6 ? .integer(0) : .null)
        }
        let stamp = Stamp(milliseconds: shop.now + skew, counter: UInt16(luck.below(9)))
        hub.foreign(
            Operation(
                kind,
                table: table.number,
                key: [.text(key)],
                life: life,
                stamp: stamp,
                mask: mask,
                values: values
            ),
            by: 0x99,
            holder: "hub"
        )
        count("foreign", "\(kind) \(key) life \(life) \(cells.sorted { $0.key < $1.key })")
    }

    // MARK: The network

    private func seal() throws {
        if try shop.seal() != nil { count("sealed", "\(shop.replica.state.last)") }
        try check("after a seal")
    }

    private func push() throws {
        let next = hub.included + 1
        guard next <= shop.replica.state.last.number else { return }
        let header = try #require(
            try shop.replica.parts(from: ChangesetNumber(next), part: 0, bytesMax: 1).first?.header
        )
        let operations = try shop.operations(after: hub.included).filter { $0.number == next }.map(\.operation)
        hub.push(operations, number: next, base: header.base.position.number)
        count(
            "pushed",
            "\(next) base \(header.base.position.number) \(operations.map { ($0.kind, $0.key, $0.life, $0.mask) })"
        )
    }

    private func acknowledge() throws { try shop.replica.acknowledged(through: ChangesetNumber(hub.included)) }

    private func reach(_ scope: FeedScope) -> Int64 { shop.replica.state.round.reach(scope).number }

    private func read() throws {
        let scope = FeedingHub.scopes[luck.below(2)]
        let cursor = shop.replica.state.base.cursor
        let chunk = hub.chunk(
            scope,
            from: reach(scope),
            limit: [1, 2, 3, 50][luck.below(4)],
            began: cursor.position.number,
            isComplete: cursor == .start,
            table: table
        )
        try note(chunk.bytes)
        try shop.replica.stage(chunk)
        count("chunks", "\(scope) \(chunk.from.number)...\(chunk.upTo.number)")
    }

    private func note(_ chunk: [UInt8]) throws {
        var reader = ChunkReader(chunk)
        while let entry = try reader.next() {
            let (rank, life) =
                switch entry.content {
                case .row: (2, 0)
                case .gone(let life): (1, life)
                case .evicted, .note: (0, 0)
                }
            let key = FeedingHub.text(entry.key[0])
            if let known = told[key], (known.position, known.rank) >= (entry.position.number, rank) { continue }
            told[key] = (entry.position.number, rank, life)
        }
    }

    private func checkpoint() throws {
        let isAtHead = FeedingHub.scopes.allSatisfy { hub.isExhausted($0, after: reach($0)) }
        guard isAtHead || hub.mistake == .checkpointBeforeHead else { return }
        let isComplete = shop.replica.state.base.cursor == .start
        let before = snapshots[shop.replica.state.base.cursor.position.number]
        var snapshot = Snapshot(rows: hub.visible, dead: isComplete ? [:] : before?.dead ?? [:], included: hub.included)
        for (key, entry) in told { snapshot.dead[key] = entry.life > 0 ? entry.life : nil }
        snapshots[hub.position] = snapshot
        if hub.mistake == .lateNumber { while hub.included < shop.replica.state.last.number { try push() } }
        let applied = try shop.apply(
            hub.position,
            included: hub.included,
            stamp: Stamp(packed: hub.stampMax) ?? .zero,
            isComplete: isComplete
        )
        told = [:]
        count(applied.isLight ? "light" : "applied", "at \(hub.position) including \(hub.included)")
        if isComplete { count("complete") }
        try check("at the checkpoint")
    }

    private func disturb() throws {
        switch luck.below(4) {
        case 0:
            count("reconnected")
            _ = try shop.replica.hello()
            told = told.filter { _ in shop.replica.state.round.isDurable }
        case 1:
            count("killed")
            try shop.restart()
            told = told.filter { _ in shop.replica.state.round.isDurable }
            try check("after a restart")
        case 2:
            guard luck.below(4) == 0 else { return }
            count("resyncs")
            try seal()
            while hub.included < shop.replica.state.last.number { try push() }
            try shop.replica.beginResync()
            told = [:]
            snapshots[0] = nil
        default: _ = try shop.replica.tidy(wallMilliseconds: shop.now)
        }
    }

    private func count(_ what: String, _ detail: String = "") {
        figures[what, default: 0] += 1
        story.append("\(what) \(detail)")
    }
}
