import ChangeLog
import NetworkSchema
import Synchronization
import SplitMix
import Testing

@testable import Replica

/// The hub against `ModelHub`, and what it sends against `ModelStore`: three stores and the hub write three rows of
/// every rule, over cuts, delays, refusals, moves, deletes and collected garbage. After each changeset the hub's table
/// is the model's; at each checkpoint a store shows the hub's state and its own writes on top; at rest all agree.
@Suite("Random histories")
struct HubFuzzTests {
    static let schema = """
        schema: fuzz
        version: 1
        currency: CNY
        tables:
          thing:
            scope: [{store: store_id}, {region: area}]
            writer: any
            key: [id]
            together: [[store_id, area]]
            columns:
              id:       {type: id}
              store_id: {type: text}
              area:     {type: text}
              last:     {type: integer, check: "last >= 0"}
              first:    {type: integer, merge: first}
              max:      {type: integer, merge: max}
              sum:      {type: integer, merge: counter}
        """

    @Test("Every state is the model's", arguments: 0..<UInt64(12))
    func everyStateIsTheModels(batch: UInt64) throws {
        for seed in batch * 5..<batch * 5 + 5 {
            let run = try HubFuzzRun(seed: seed)
            for _ in 0..<160 { try run.step(isQuiet: false) }
            try run.settle()
        }
    }
}

/// One history.
final class HubFuzzRun {
    private let seed: UInt64
    private var luck: Luck
    private let world: HubWorld
    private var model = ModelHub()
    private var stores: [ModelStore] = []
    private let keys = ["a", "b", "c"]

    init(seed: UInt64) throws {
        self.seed = seed
        luck = Luck(seed: seed)
        world = try HubWorld(schema: NetworkSchema(yaml: HubFuzzTests.schema))
        for name in ["s1", "s2", "s3"] {
            stores.append(ModelStore(try world.join(name, region: "all"), skew: luck.pick([0, 0, 40, -40])))
        }
    }

    func step(isQuiet: Bool) throws {
        world.now += 1
        let store = luck.pick(stores)
        if !isQuiet, luck.chance(30) {
            luck.chance(25) ? try writeAtHub() : writeAt(store)
            return
        }
        switch luck.below(9) {
        case 0: store.seal()
        case 1: try collect()
        case 2: if !store.isConnected { connect(store) }
        case 3, 4: try push(store)
        case 5: try read(store)
        case 6, 7: try deliver(store)
        default: if luck.chance(40) { store.isConnected = false }
        }
    }

    // MARK: Writing

    private func someWrite(of store: ModelStore?, isThere: Bool) -> ModelHub.Write {
        let places = ["net", "s1", "s2", "s3"]
        guard isThere else {
            let place = luck.chance(30) ? "net" : store?.name ?? luck.pick(places)
            return .insert(
                place: place,
                last: store != nil && luck.chance(10) ? -1 : luck.below(99),
                first: luck.chance(50) ? luck.below(99) : nil,
                max: luck.chance(50) ? luck.below(9) : nil,
                sum: luck.below(4)
            )
        }
        switch luck.below(100) {
        case 0..<25: return .delete
        case 25..<45: return .last(store != nil && luck.chance(15) ? -1 : luck.below(99))
        case 45..<60: return .first(luck.below(99))
        case 60..<75: return .max(luck.below(9))
        case 75..<87: return .move(luck.pick(places))
        default: return .add(luck.below(5) - 2)
        }
    }

    private func writeAt(_ store: ModelStore) {
        let clock = store.clock(world.now)
        for _ in 0...luck.below(2) {
            let key = luck.pick(keys)
            store.write(key, someWrite(of: store, isThere: store.rows[key] != nil), at: clock)
        }
    }

    private func writeAtHub() throws {
        let key = luck.pick(keys)
        let isThere = model.rows[key]?.isLive ?? false
        let write = someWrite(of: nil, isThere: isThere)
        let known = model.rows[key]?.life ?? 0
        let head = world.hub.head.number
        try world.write(sql(write, key: key))
        // A value that was there already is no write.
        guard world.hub.head.number > head else { return }
        let clock = ModelHub.Clock(stamp: world.hub.published.withLock { $0.stamp.packed }, site: 0xb0b)
        let begins = if case .insert = write { true } else { write == .delete }
        let change = ModelHub.Change(key: key, write: write, life: known + (begins ? 1 : 0), clock: clock)
        model.apply([change], store: nil, base: head, position: world.hub.head.number)
        try compare("hub wrote \(change)")
    }

    private func sql(_ write: ModelHub.Write, key: String) -> String {
        func place(_ name: String) -> (String, String) { name == "net" ? ("NULL", "'all'") : ("'\(name)'", "NULL") }
        func value(_ number: Int64?) -> String { number.map { String($0) } ?? "NULL" }
        let here = "WHERE id = '\(key)'"
        switch write {
        case .insert(let name, let last, let first, let max, let sum):
            let (store, area) = place(name)
            let values = [last, first, max, sum].map(value).joined(separator: ", ")
            return "INSERT INTO thing VALUES ('\(key)', \(store), \(area), \(values))"
        case .delete: return "DELETE FROM thing \(here)"
        case .last(let value): return "UPDATE thing SET last = \(value) \(here)"
        case .first(let value): return "UPDATE thing SET first = \(value) \(here)"
        case .max(let value): return "UPDATE thing SET max = \(value) \(here)"
        case .add(let value): return "UPDATE thing SET sum = sum + \(value) \(here)"
        case .move(let name):
            let (store, area) = place(name)
            return "UPDATE thing SET store_id = \(store), area = \(area) \(here)"
        }
    }

    // MARK: The wire

    private func connect(_ store: ModelStore) {
        store.connect()
        store.sent = store.author.number
        note(store)
    }

    private func push(_ store: ModelStore) throws {
        guard store.isConnected, let next = store.pending.first(where: { $0.number > store.author.number }) else {
            return
        }
        let author = store.author
        let (cursor, base) = (author.cursor, next.base)
        author.cursor = base
        let report = try world.hub.merge(
            [author.changeset(try next.changes.map { try operation($0, author) })],
            nowMilliseconds: world.now
        )
        author.cursor = cursor
        #expect(report.outcomes == [.merged(through: ChangesetNumber(next.number))], "seed \(seed)")
        model.apply(
            next.changes,
            store: store.name,
            base: base.position.number,
            position: world.hub.head.number
        )
        try compare("\(store.name) pushed \(next)")
        note(store)
    }

    private func operation(_ change: ModelHub.Change, _ author: Author) throws -> ChangeLog.Operation {
        let stamp = try #require(Stamp(packed: change.clock.stamp))
        func place(_ name: String) -> [String: Value] {
            ["store_id": name == "net" ? .null : text(name), "area": name == "net" ? text("all") : .null]
        }
        func value(_ number: Int64?) -> Value { number.map(Value.integer) ?? .null }
        let id = ["id": text(change.key)]
        var made: ChangeLog.Operation
        switch change.write {
        case .insert(let name, let last, let first, let max, let sum):
            let cells = ["last": value(last), "first": value(first), "max": value(max), "sum": int(sum)]
            made = try author.insert("thing", id.merging(place(name)) { $1 }.merging(cells) { $1 }, life: change.life)
        case .delete: made = try author.delete("thing", id, life: change.life)
        case .last(let number):
            made = try author.update("thing", id.merging(["last": int(number)]) { $1 }, life: change.life)
        case .first(let number):
            made = try author.update("thing", id.merging(["first": int(number)]) { $1 }, life: change.life)
        case .max(let number):
            made = try author.update("thing", id.merging(["max": int(number)]) { $1 }, life: change.life)
        case .add(let number):
            made = try author.update("thing", id.merging(["sum": int(number)]) { $1 }, life: change.life)
        case .move(let name): made = try author.update("thing", id.merging(place(name)) { $1 }, life: change.life)
        }
        made.stamp = stamp
        return made
    }

    private func read(_ store: ModelStore) throws {
        guard store.isConnected else { return }
        let round = round(of: store)
        let size = ChunkSize(bytesTarget: 1 << 16, rowsMax: luck.pick([1, 2, 50]))
        for scope in FeedScope.allCases {
            guard
                case .read(let chunk) = try world.hub.readChunk(
                    round,
                    scope,
                    after: store.reading[scope],
                    size: size,
                    nowMilliseconds: world.now
                )
            else {
                Issue.record("seed \(seed): a round was ended")
                return
            }
            store.reading[scope] = chunk.upTo
            store.wire.append(.chunk(chunk))
        }
        if case .read(let checkpoint) = world.hub.readCheckpoint(round, readUpTo: store.reading) {
            store.wire.append(.checkpoint(checkpoint, model.rows(of: store.name)))
            store.reading = ScopePositions(checkpoint.cursor.position)
        }
    }

    /// What is read next belongs to the round after the last checkpoint on the wire.
    private func round(of store: ModelStore) -> FeedRound {
        let began = store.author.cursor.position
        return FeedRound(site: store.author.site, began: began, isComplete: began == .start)
    }

    private func deliver(_ store: ModelStore) throws {
        guard store.isConnected, !store.wire.isEmpty else { return }
        switch store.wire.removeFirst() {
        case .chunk(let chunk): try store.take(chunk, world.plan)
        case .checkpoint(let checkpoint, let rows): store.commit(checkpoint, rows, seed: seed)
        }
        note(store)
    }

    private func note(_ store: ModelStore) {
        store.noted = store.safe(merged: store.author.number)
        world.hub.noteCommitted(store.author.cursor, safe: Position(store.noted), site: store.author.site)
    }

    private func collect() throws {
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        model.forget(upTo: stores.map(\.noted).min() ?? 0)
        try compare("collected")
    }

    // MARK: Comparing

    private func compare(_ what: String) throws {
        let rows = try world.rows(
            """
            SELECT id, coalesce(store_id, 'net'), coalesce(last, -9), coalesce(first, -9), coalesce(max, -9), sum
            FROM thing ORDER BY id
            """
        )
        let wanted = model.rows.filter(\.value.isLive).sorted { $0.key < $1.key }.map { key, row in
            ([key] + row.values).joined(separator: "|")
        }
        #expect(rows == wanted, "seed \(seed): \(what)")
        let lives = try world.rows("SELECT k0, life FROM linli_row_thing ORDER BY k0")
        let wantedLives = model.rows.sorted { $0.key < $1.key }.map { "\($0.key)|\($0.value.life)" }
        #expect(lives == wantedLives, "seed \(seed): \(what)")
    }

    /// Everybody connects, pushes all and reads to the end.
    func settle() throws {
        for _ in 0..<3 {
            for store in stores {
                connect(store)
                store.seal()
                while store.pending.contains(where: { $0.number > store.author.number }) { try push(store) }
                var isAtRest = false
                while !isAtRest {
                    try read(store)
                    while !store.wire.isEmpty {
                        if case .checkpoint = store.wire[0] { isAtRest = true }
                        try deliver(store)
                    }
                }
            }
        }
        for store in stores {
            let (seen, wanted) = (store.rows.mapValues(\.values), model.rows(of: store.name).mapValues(\.values))
            #expect(seen == wanted, "seed \(seed): \(store.name) at rest")
        }
    }
}

/// Chance from a seed (SplitMix64).
struct Luck {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func below(_ limit: Int64) -> Int64 { Int64(next() % UInt64(limit)) }
    mutating func chance(_ percent: Int64) -> Bool { below(100) < percent }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(below(Int64(elements.count)))] }
}
