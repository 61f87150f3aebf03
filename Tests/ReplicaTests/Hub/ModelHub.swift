import ChangeLog

/// The rules of a hub's merge once more, as small as can be: rows in a dictionary, no feed, no clocks but those that
/// decide. What the real hub's tables must equal.
///
/// A whole changeset has one position: the hub's head after it.
struct ModelHub {
    struct Row: Equatable {
        var life: Int
        var isLive = true
        /// "net", or a store.
        var place: String
        var placeClock: Clock
        var last: Int64?
        var lastClock: Clock
        var first: Int64?
        var firstClock = Clock.zero
        var max: Int64?
        var sum: Int64 = 0
        /// The position of the last delete.
        var since: Int64 = 0
        /// Where the row last left a place.
        var left: [String: Int64] = [:]

        var values: [String] { [place, "\(last ?? -9)", "\(first ?? -9)", "\(max ?? -9)", "\(sum)"] }

        mutating func setLast(_ value: Int64?, _ at: Clock) {
            if at >= lastClock { (last, lastClock) = (value, at) }
        }

        mutating func setFirst(_ value: Int64?, _ at: Clock) {
            guard let value else { return }
            if first == nil || at < firstClock { (first, firstClock) = (value, at) }
        }

        mutating func raise(_ value: Int64?) {
            if let value { max = Swift.max(max ?? value, value) }
        }

        mutating func move(_ to: String, _ at: Clock) {
            if at >= placeClock { (place, placeClock) = (to, at) }
        }
    }

    struct Clock: Comparable {
        static let zero = Clock(stamp: 0, site: 0)
        var stamp: Int64
        var site: UInt64

        static func < (one: Self, other: Self) -> Bool { (one.stamp, one.site) < (other.stamp, other.site) }
    }

    enum Write: Equatable {
        case insert(place: String, last: Int64?, first: Int64?, max: Int64?, sum: Int64)
        case delete
        case last(Int64), first(Int64), max(Int64), add(Int64), move(String)
    }

    struct Change: Equatable {
        var key: String
        var write: Write
        var life: Int
        var clock: Clock
    }

    var rows: [String: Row] = [:]
    private var refused: [String: Int64] = [:]

    /// - Parameters:
    ///   - store: nil for the hub.
    ///   - base: what the writer had seen.
    ///   - position: the head after the changeset.
    mutating func apply(_ changes: [Change], store: String?, base: Int64, position: Int64) {
        for change in changes {
            let place = rows[change.key].flatMap { $0.isLive ? $0.place : nil }
            one(change, store: store, base: base, position: position)
            if let place, let now = rows[change.key], !now.isLive || now.place != place {
                rows[change.key]?.left[place] = position
            }
        }
    }

    mutating func forget(upTo low: Int64) {
        for (key, row) in rows where !row.isLive && row.since <= low { rows[key] = nil }
    }

    /// What a store receives.
    func rows(of store: String) -> [String: Row] {
        rows.filter { $0.value.isLive && ($0.value.place == "net" || $0.value.place == store) }
    }

    private mutating func one(_ change: Change, store: String?, base: Int64, position: Int64) {
        if let store, refuses(change, store: store, base: base) {
            switch change.write {
            case .insert, .delete: refused["\(store):\(change.key)"] = position
            default: break
            }
            return
        }
        var life = change.life
        if let row = rows[change.key], base >= row.since, life < row.life {
            switch change.write {
            case .insert: life = row.isLive ? row.life : row.life + 1
            case .delete: life = row.isLive ? row.life + 1 : row.life
            default: life = row.life
            }
        }
        switch change.write {
        case .insert(let place, let last, let first, let max, let sum):
            insert(change, life, place, last, first, max, sum, position)
        case .delete:
            guard let row = rows[change.key], life > row.life else { return }
            rows[change.key]?.isLive = false
            rows[change.key]?.life = life
            rows[change.key]?.since = position
        default: update(change, life)
        }
    }

    private func refuses(_ change: Change, store: String, base: Int64) -> Bool {
        if let refusal = refused["\(store):\(change.key)"], base < refusal { return true }
        let row = rows[change.key]
        let life = row.map { base >= $0.since && change.life < $0.life ? $0.life + ($0.isLive ? 0 : 1) : change.life }
        if case .insert(_, -1, _, _, _) = change.write, (life ?? 1) > row?.life ?? 0 { return true }
        guard let row, row.isLive else { return false }
        let isIn = row.place == "net" || row.place == store
        let was = (row.left["net"] ?? -1) > base || (row.left[store] ?? -1) > base
        if !isIn, !was { return true }
        // A value that a check refuses is refused only where it would stand.
        if case .insert(_, -1, _, _, _) = change.write { return life == row.life && change.clock >= row.lastClock }
        guard case .last(-1) = change.write else { return false }
        return (change.life == row.life || change.life < row.life && base >= row.since)
            && change.clock >= row.lastClock
    }

    private mutating func insert(
        _ change: Change,
        _ life: Int,
        _ place: String,
        _ last: Int64?,
        _ first: Int64?,
        _ max: Int64?,
        _ sum: Int64,
        _ position: Int64
    ) {
        let old = rows[change.key]
        if life > old?.life ?? 0 {
            var row = Row(
                life: life,
                place: place,
                placeClock: change.clock,
                last: last,
                lastClock: change.clock
            )
            row.setFirst(first, change.clock)
            if first == nil { row.firstClock = .zero }
            row.max = max
            row.sum = sum
            row.left = old?.left ?? [:]
            row.since = old.map { $0.isLive ? position : $0.since } ?? 0
            rows[change.key] = row
            return
        }
        guard var row = old, row.isLive, row.life == life else { return }
        row.setLast(last, change.clock)
        row.setFirst(first, change.clock)
        row.raise(max)
        row.sum += sum
        row.move(place, change.clock)
        rows[change.key] = row
    }

    private mutating func update(_ change: Change, _ life: Int) {
        guard var row = rows[change.key], row.isLive, row.life == life else { return }
        switch change.write {
        case .last(let value): row.setLast(value, change.clock)
        case .first(let value): row.setFirst(value, change.clock)
        case .max(let value): row.raise(value)
        case .add(let value): row.sum += value
        case .move(let place): row.move(place, change.clock)
        case .insert, .delete: break
        }
        rows[change.key] = row
    }
}
