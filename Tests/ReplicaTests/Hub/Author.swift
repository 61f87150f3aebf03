import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

/// A site that writes changesets by hand and reads its feed: a store without a replica.
final class Author {
    let world: HubWorld
    let store: NodeName
    let site: SiteID
    var number: Int64 = 0
    var hash = ChangesetHash.none
    /// What the site says it has seen.
    var cursor = Cursor(epoch: Epoch(1), position: .start)
    /// Milliseconds added to the world's time.
    var skew: Int64 = 0
    private var clock = HybridClock()

    init(_ world: HubWorld, store: NodeName, site: SiteID) {
        self.world = world
        self.store = store
        self.site = site
    }

    func stamp() -> Stamp { clock.stamp(wallMilliseconds: world.now + skew) }

    // MARK: Operations, with the columns by name

    func insert(_ table: String, _ row: [String: Value], life: Int = 1, cause: Int? = nil) throws -> Operation {
        let plan = try #require(world.plan.table(named: table))
        var values: [Value] = []
        for cell in plan.cells.indices {
            values.append(row[plan.column(ofCell: cell).name] ?? plan.defaultValue(ofCell: cell))
        }
        return Operation(
            .insert,
            table: plan.number,
            key: key(plan, row),
            life: life,
            stamp: stamp(),
            cause: cause,
            mask: plan.shape.fullMask,
            values: values
        )
    }

    /// `row` names the key's columns and those that are written.
    func update(_ table: String, _ row: [String: Value], life: Int = 1, cause: Int? = nil) throws -> Operation {
        let plan = try #require(world.plan.table(named: table))
        var mask: UInt64 = 0
        var values: [Value] = []
        for cell in plan.cells.indices {
            guard let value = row[plan.column(ofCell: cell).name] else { continue }
            mask |= 1 << UInt64(cell)
            values.append(value)
        }
        return Operation(
            .update,
            table: plan.number,
            key: key(plan, row),
            life: life,
            stamp: stamp(),
            cause: cause,
            mask: mask,
            values: values
        )
    }

    func delete(_ table: String, _ row: [String: Value], life: Int = 2, cause: Int? = nil) throws -> Operation {
        let plan = try #require(world.plan.table(named: table))
        return Operation(.delete, table: plan.number, key: key(plan, row), life: life, stamp: stamp(), cause: cause)
    }

    func grant(_ table: String, _ row: [String: Value], _ column: String, to: String, _ units: Int64) throws
        -> Operation
    {
        let plan = try #require(world.plan.table(named: table))
        let cell = try #require(plan.cells.indices.first { plan.column(ofCell: $0).name == column })
        let receiver = try #require(NodeName(to))
        return Operation(
            .grant(column: cell, to: receiver, units: units),
            table: plan.number,
            key: key(plan, row),
            life: 1,
            stamp: stamp()
        )
    }

    private func key(_ plan: TablePlan, _ row: [String: Value]) -> [Value] {
        plan.table.key.map { row[plan.table.columns[$0].name] ?? .text("?") }
    }

    // MARK: Up

    /// The next changeset, not yet pushed.
    func changeset(_ operations: [Operation]) throws -> IncomingChangeset {
        var writer = SegmentWriter()
        for operation in operations { writer.write(operation, shape: world.plan.tables[operation.table].shape) }
        return try changeset(writer.finish(), operations: operations.count)
    }

    func changeset(_ segments: [[UInt8]], operations: Int, schemaVersion: Int = 1) throws -> IncomingChangeset {
        let changeset = try IncomingChangeset(
            segments,
            operations: operations,
            site: site,
            number: number + 1,
            previous: hash,
            base: cursor,
            schemaVersion: schemaVersion,
            stampMax: clock.last
        )
        number += 1
        hash = changeset.header.hash
        return changeset
    }

    /// Seals and pushes; the hub takes it.
    @discardableResult
    func push(_ operations: Operation...) throws -> MergeReport {
        let report = try world.hub.merge([changeset(operations)], nowMilliseconds: world.now)
        #expect(report.outcomes == [.merged(through: ChangesetNumber(number))])
        return report
    }

    // MARK: Down

    /// Reads a round to its checkpoint, in chunks of so many rows, and commits it.
    @discardableResult
    func read(rowsMax: Int = 100, isComplete: Bool? = nil) throws -> ReadRound {
        var round = ReadRound()
        let isComplete = isComplete ?? (cursor.position == .start)
        var feed = FeedRound(site: site, began: cursor.position, isComplete: isComplete)
        var sent: Set<FeedScope> = []
        var positions = ScopePositions(isComplete ? .start : cursor.position)
        let size = ChunkSize(bytesTarget: 1 << 20, rowsMax: rowsMax)
        while true {
            for scope in FeedScope.allCases {
                var isLast = false
                while !isLast {
                    feed.hasSent = sent.contains(scope)
                    let reading = try world.hub.readChunk(
                        feed,
                        scope,
                        after: positions[scope],
                        size: size,
                        nowMilliseconds: world.now
                    )
                    guard case .read(let chunk) = reading else {
                        round.isRestarted = true
                        return round
                    }
                    #expect(chunk.from == positions[scope])
                    try round.take(chunk)
                    if chunk.rows > 0 { sent.insert(scope) }
                    positions[scope] = chunk.upTo
                    isLast = chunk.isLast
                }
            }
            switch world.hub.readCheckpoint(feed, readUpTo: positions) {
            case .read(let checkpoint):
                round.checkpoint = checkpoint
                cursor = checkpoint.cursor
                clock.see(checkpoint.stamp)
                world.hub.noteCommitted(cursor, safe: cursor.position, site: site)
                return round
            case .notYet: continue
            case .restart:
                round.isRestarted = true
                return round
            }
        }
    }

    func facts(tag: UInt64?) -> SessionFacts {
        SessionFacts(
            store: store,
            site: site,
            tag: tag,
            cursor: cursor,
            hasStaged: false,
            acknowledged: ChangesetNumber(number),
            acknowledgedHash: hash,
            sealed: ChangesetNumber(number),
            safe: cursor.position
        )
    }
}

/// What came down in one round, by row, as a store stages it: the greatest position wins, and at one position an
/// arrival beats an eviction.
struct ReadRound {
    var entries: [RowKey: FeedRow] = [:]
    var notes: [Note] = []
    var order: [FeedRow] = []
    var chunks: [ReadChunk] = []
    var checkpoint: Checkpoint?
    var isRestarted = false

    mutating func take(_ chunk: ReadChunk) throws {
        chunks.append(chunk)
        var reader = ChunkReader(chunk.bytes)
        var count = 0
        while let entry = try reader.next() {
            count += 1
            order.append(entry)
            if case .note(let note) = entry.content {
                if note.kind == .ownDelta { continue }
                notes.append(note)
                continue
            }
            let row = RowKey(table: entry.table, key: entry.key)
            if let other = entries[row] {
                if other.position > entry.position { continue }
                if other.position == entry.position, case .row = other.content { continue }
            }
            entries[row] = entry
        }
        #expect(count == chunk.rows)
    }

    /// `table:key` → what the round says of it, in order.
    func shown(_ plan: SchemaPlan) -> [String] {
        entries.values.map { entry in
            let key = entry.key.map(\.shown).joined(separator: ",")
            return "\(plan.tables[entry.table].table.name):\(key) \(entry.shown)"
        }.sorted()
    }
}

extension FeedRow {
    var shown: String {
        switch content {
        case .row(let state, let ledger):
            let values = state.values.map(\.shown).joined(separator: ",")
            let units = ledger.map { "\($0.holder)=\($0.units)" }.joined(separator: ",")
            return "(\(values))" + (units.isEmpty ? "" : " [\(units)]") + (state.life == 1 ? "" : " life \(state.life)")
        case .gone(let life): return "gone \(life)"
        case .evicted: return "evicted"
        case .note: return "note"
        }
    }
}

func text(_ string: String) -> Value { .text(string) }
func int(_ number: Int64) -> Value { .integer(number) }
