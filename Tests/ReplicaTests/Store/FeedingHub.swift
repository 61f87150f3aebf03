import ChangeLog

@testable import Replica

/// A hub in memory: merges changesets of one store, lets other nodes write, and tells the store's feed. A port of the
/// model that the rules were found with, for one table of items that wander between stores.
struct FeedingHub {
    /// Mistakes that can be planted.
    enum Mistake { case none, naiveEcho, lateNumber, noAnswers, checkpointBeforeHead }

    /// The feed's scopes that the store reads.
    static let scopes: [FeedScope] = [.store, .answers]

    let store: String
    let site: UInt64
    let rules: [ModelRow.Rule]
    var mistake = Mistake.none
    private(set) var position: Int64 = 0
    private(set) var rows: [String: Entry] = [:]
    private(set) var included: Int64 = 0
    private(set) var stampMax: Int64 = 0
    private(set) var refusals = 0
    /// scope: key: position. The scope of another store is its name.
    private var feed: [String: [String: Int64]] = [:]
    private var refused: [String: Int64] = [:]

    struct Entry {
        var row: ModelRow
        /// Where each store lost sight of the row.
        var left: [String: Int64] = [:]
        /// Who wrote the row's latest position, and the latest position of anyone else.
        var by: UInt64 = 0
        var foreign: Int64 = 0
        var position: Int64 = 0

        var home: String { row.isAlive ? FeedingHub.text(row.values[0]) : "" }
    }

    init(store: String, site: UInt64, rules: [ModelRow.Rule]) {
        self.store = store
        self.site = site
        self.rules = rules
    }

    static func text(_ value: Value) -> String {
        if case .text(let bytes) = value { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    /// Rows that the store must see at this moment.
    var visible: [String: ModelRow] {
        rows.filter { $0.value.row.isAlive && $0.value.home == store }.mapValues(\.row)
    }

    // MARK: Writes

    /// Takes the next changeset of the store.
    mutating func push(_ operations: [Operation], number: Int64, base: Int64) {
        precondition(number == included + 1)
        var touched: [String: (position: Int64, isExact: Bool)] = [:]
        var order: [String] = []
        for write in operations {
            let key = Self.text(write.key[0])
            if touched[key] == nil {
                position += 1
                touched[key] = (position, true)
                order.append(key)
            }
            stampMax = max(stampMax, write.stamp.packed)
            let at = touched[key]?.position ?? position
            if !apply(write, key: key, by: site, holder: store, base: base, at: at) { touched[key]?.isExact = false }
        }
        for key in order {
            guard let (at, isExact) = touched[key] else { continue }
            if !isExact, let foreign = rows[key]?.foreign { rows[key]?.foreign = max(foreign, at) }
            let isVisible = rows[key].map { $0.row.isAlive && $0.home == store } ?? false
            if !isExact || !isVisible, mistake != .noAnswers { feed["answers", default: [:]][key] = at }
        }
        included = number
    }

    /// Another node writes, or the hub itself.
    mutating func foreign(_ write: Operation, by writer: UInt64, holder: String) {
        position += 1
        stampMax = max(stampMax, write.stamp.packed)
        _ = apply(write, key: Self.text(write.key[0]), by: writer, holder: holder, base: position, at: position)
    }

    /// - Returns: the row is what this write made of it, as its writer sees it.
    private mutating func apply(
        _ write: Operation,
        key: String,
        by writer: UInt64,
        holder: String,
        base: Int64,
        at: Int64
    ) -> Bool {
        if writer == site, isRefused(write, key: key, base: base, at: at) {
            refusals += 1
            return false
        }
        var entry = rows[key] ?? Entry(row: ModelRow(rules))
        let before = entry
        let outcome = entry.row.merge(write, site: writer, holder: holder, base: base, at: at)
        guard entry.row.life > 0 else { return false }
        guard outcome.didChange else { return outcome.isExact }
        let (old, new) = (before.home, entry.home)
        if before.row.isAlive, old != new {
            feed[old, default: [:]][key] = at
            entry.left[old] = at
        }
        feed[entry.row.isAlive ? new : old, default: [:]][key] = at
        if entry.position != at {
            // Never lower: an answer may stand above the row's latest change.
            if entry.by != writer { entry.foreign = max(entry.foreign, entry.position) }
            (entry.by, entry.position) = (writer, at)
        }
        if writer != site || !outcome.isExact || (before.row.isAlive && old != new) { entry.foreign = at }
        rows[key] = entry
        return outcome.isExact && !(before.row.isAlive && old != new)
    }

    private mutating func isRefused(_ write: Operation, key: String, base: Int64, at: Int64) -> Bool {
        if case .grant = write.kind { return false }
        if let place = refused[key], base < place {
            refused[key] = at
            return true
        }
        let isBad = write.value(1) == .text("BAD")
        if isBad, write.kind == .insert { refused[key] = at }
        if isBad { return true }
        guard let entry = rows[key], entry.row.isAlive else { return false }
        if entry.home != store, (entry.left[store] ?? -1) <= base { return true }
        // A row goes only with all of its rights.
        return write.kind == .delete && entry.row.ledger.keys.contains { $0 != store }
    }

    // MARK: The feed

    private func name(_ scope: FeedScope) -> String { scope == .answers ? "answers" : store }

    private func entries(_ scope: FeedScope, after: Int64) -> [(position: Int64, key: String)] {
        (feed[name(scope)] ?? [:]).filter { $0.value > after }.map { ($0.value, $0.key) }
            .sorted { ($0.position, $0.key) < ($1.position, $1.key) }
    }

    func isExhausted(_ scope: FeedScope, after: Int64) -> Bool { entries(scope, after: after).isEmpty }

    /// At most `limit` entries after `from`, but whole positions.
    func chunk(
        _ scope: FeedScope,
        from: Int64,
        limit: Int,
        began: Int64,
        isComplete: Bool,
        table: TablePlan
    ) -> StoreFeed.Chunk {
        let all = entries(scope, after: from)
        var taken = Array(all.prefix(limit))
        if let end = taken.last?.position { taken = all.filter { $0.position <= end } }
        let isWhole = taken.count == all.count
        var writer = ChunkWriter()
        for (at, key) in taken {
            guard let row = feedRow(key, at: at, scope: scope, began: began, isComplete: isComplete, table: table)
            else {
                continue
            }
            writer.write(row, shape: table.shape, clocked: table.clocked)
        }
        let upTo = isWhole ? position : taken.last?.position ?? from
        return StoreFeed.Chunk(
            scope: scope,
            from: Position(from),
            upTo: Position(max(upTo, from)),
            bytes: writer.finish()
        )
    }

    private func feedRow(
        _ key: String,
        at: Int64,
        scope: FeedScope,
        began: Int64,
        isComplete: Bool,
        table: TablePlan
    ) -> FeedRow? {
        let entry = rows[key]
        let content: FeedRow.Content
        if let entry, entry.row.isAlive, entry.home == store {
            let isOwn = entry.by == site && !isComplete
            if scope == .store, isOwn, entry.foreign <= began || mistake == .naiveEcho { return nil }
            let cells = entry.row.cells
            let clocks = cells.map { CellClock(stamp: Stamp(packed: max($0.stamp, 0)) ?? .zero, site: SiteID($0.site)) }
            let holdings = entry.row.ledger.sorted { $0.key < $1.key }.map {
                Holding(column: entry.row.escrow ?? 0, holder: $0.key, units: $0.value)
            }
            content = .row(
                RowState(life: entry.row.life, values: entry.row.values, clocks: clocks),
                ledger: holdings
            )
        } else if let entry, !entry.row.isAlive {
            content = .gone(life: entry.row.life)
        } else {
            content = .evicted
        }
        return FeedRow(position: Position(at), table: table.number, key: [.text(key)], content: content)
    }
}
