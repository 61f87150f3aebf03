import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

/// A store without SQL: rows in a dictionary, its own changesets laid on top of what the hub sends. It reads the real
/// hub's feed, chunk by chunk, over a wire on which chunks wait.
final class ModelStore {
    struct Pending {
        var number: Int64
        var base: Cursor
        var changes: [ModelHub.Change]
    }

    /// Something on its way down.
    enum Message {
        case chunk(ReadChunk)
        /// With the hub's rows of this store as they were.
        case checkpoint(Checkpoint, [String: ModelHub.Row])
    }

    let author: Author
    let name: String
    let skew: Int64
    private(set) var rows: [String: ModelHub.Row] = [:]
    /// Lives of rows that are not there.
    private(set) var dead: [String: Int] = [:]
    private(set) var pending: [Pending] = []
    private(set) var captured: [ModelHub.Change] = []
    private var staged: [String: (position: Int64, row: ModelHub.Row?)] = [:]
    private var stagedUpTo = ScopePositions(.start)
    private var last: Int64 = 0
    private var sealed: Int64 = 0
    var reading = ScopePositions(.start)
    var wire: [Message] = []
    var isConnected = false
    var sent: Int64 = 0
    var noted: Int64 = 0

    init(_ author: Author, skew: Int64) {
        self.author = author
        self.skew = skew
        name = author.store.text
    }

    func clock(_ now: Int64) -> ModelHub.Clock {
        last = Swift.max(last + 1, Stamp(milliseconds: now + skew).packed)
        return ModelHub.Clock(stamp: last, site: author.site.raw)
    }

    // MARK: Writing

    /// A write of the store's application; true when it changed something.
    func write(_ key: String, _ write: ModelHub.Write, at clock: ModelHub.Clock) {
        let known = rows[key]?.life ?? dead[key] ?? 0
        let begins: Bool =
            switch write {
            case .insert, .delete: true
            default: false
            }
        let change = ModelHub.Change(key: key, write: write, life: known + (begins ? 1 : 0), clock: clock)
        if lay(change, isOwn: true) { captured.append(change) }
    }

    func seal() {
        guard !captured.isEmpty else { return }
        sealed += 1
        pending.append(Pending(number: sealed, base: author.cursor, changes: captured))
        captured = []
    }

    /// The position below which the hub may forget tombstones for this store.
    func safe(merged: Int64) -> Int64 {
        let bases = pending.filter { $0.number > merged }.map(\.base.position.number)
        return Swift.min(bases.min() ?? .max, author.cursor.position.number)
    }

    // MARK: Reading

    func connect() {
        isConnected = true
        wire = []
        reading = stagedUpTo
    }

    func take(_ chunk: ReadChunk, _ plan: SchemaPlan) throws {
        var reader = ChunkReader(chunk.bytes)
        while let entry = try reader.next() {
            guard case .text(let bytes)? = entry.key.first else { continue }
            let key = String(decoding: bytes, as: UTF8.self)
            var row: ModelHub.Row?
            switch entry.content {
            case .row(let state, _): row = ModelHub.Row(state)
            case .gone(let life): dead[key] = Swift.max(life, dead[key] ?? 0)
            case .evicted, .note: break
            }
            if case .note = entry.content { continue }
            let position = entry.position.number
            if let other = staged[key] {
                guard position > other.position || position == other.position && row != nil else { continue }
            }
            staged[key] = (position, row)
        }
        stagedUpTo[chunk.scope] = Swift.max(stagedUpTo[chunk.scope], chunk.upTo)
    }

    /// Lays own writes on top of the staged rows; what is visible afterwards is the hub's state and the own writes that
    /// it does not include.
    func commit(_ checkpoint: Checkpoint, _ hub: [String: ModelHub.Row], seed: UInt64) {
        var want = hub
        let above = pending.filter { $0.number > checkpoint.included.number }.flatMap(\.changes) + captured
        for change in above { _ = Self.lay(change, on: &want, isOwn: false) }
        seal()
        pending.removeAll { $0.number <= checkpoint.included.number }
        for (key, entry) in staged {
            rows[key] = entry.row
            for change in pending.flatMap(\.changes) where change.key == key { _ = lay(change, isOwn: false) }
        }
        let (seen, wanted) = (rows.mapValues(\.values), want.mapValues(\.values))
        if seen != wanted {
            Issue.record(
                "seed \(seed) \(name) at \(checkpoint.cursor.position): visible \(seen) wanted \(wanted)"
            )
        }
        staged = [:]
        author.cursor = checkpoint.cursor
        stagedUpTo = ScopePositions(checkpoint.cursor.position)
        last = Swift.max(last, checkpoint.stamp.packed)
    }

    private func lay(_ change: ModelHub.Change, isOwn: Bool) -> Bool {
        let isDone = Self.lay(change, on: &rows, isOwn: isOwn)
        if isDone, change.write == .delete { dead[change.key] = change.life }
        return isDone
    }

    /// - Parameter isOwn: by the application, into the tables as they are; else on top of the hub's state.
    private static func lay(
        _ change: ModelHub.Change,
        on rows: inout [String: ModelHub.Row],
        isOwn: Bool
    ) -> Bool {
        let clock = change.clock
        guard var row = rows[change.key] else {
            guard case .insert(let place, let last, let first, let max, let sum) = change.write else { return false }
            var row = ModelHub.Row(
                life: change.life,
                place: place,
                placeClock: clock,
                last: last,
                lastClock: clock
            )
            row.setFirst(first, clock)
            row.max = max
            row.sum = sum
            rows[change.key] = row
            return true
        }
        if case .insert(let place, let last, let first, let max, let sum) = change.write {
            if isOwn || change.life < row.life { return false }
            if change.life > row.life {
                rows[change.key] = nil
                return lay(change, on: &rows, isOwn: false)
            }
            row.setLast(last, clock)
            row.setFirst(first, clock)
            row.raise(max)
            row.sum += sum
            row.move(place, clock)
            rows[change.key] = row
            return true
        }
        if change.write == .delete {
            guard isOwn || change.life > row.life else { return true }
            rows[change.key] = nil
            return true
        }
        if !isOwn, change.life != row.life { return false }
        switch change.write {
        case .last(let value):
            if isOwn { (row.last, row.lastClock) = (value, clock) } else { row.setLast(value, clock) }
        case .move(let place):
            if isOwn { (row.place, row.placeClock) = (place, clock) } else { row.move(place, clock) }
        case .first(let value):
            // A set first is not changed locally, so nothing is captured.
            if isOwn, row.first != nil { return false }
            row.setFirst(value, clock)
        case .max(let value):
            if isOwn, let old = row.max, value <= old { return false }
            row.raise(value)
        case .add(let value): row.sum += value
        case .insert, .delete: break
        }
        rows[change.key] = row
        return true
    }
}

extension ModelHub.Row {
    /// A row of the table `thing` as the feed sends it.
    init(_ state: RowState) {
        func clock(_ cell: Int) -> ModelHub.Clock {
            ModelHub.Clock(stamp: state.clocks[cell].stamp.packed, site: state.clocks[cell].site.raw)
        }
        var place = "net"
        if case .text(let store) = state.values[0] { place = String(decoding: store, as: UTF8.self) }
        self.init(
            life: state.life,
            place: place,
            placeClock: clock(0),
            last: state.values[2].integer,
            lastClock: clock(2)
        )
        first = state.values[3].integer
        firstClock = clock(3)
        max = state.values[4].integer
        sum = state.values[5].integer ?? 0
    }
}
