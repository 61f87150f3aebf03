import ChangeLog
import Glibc
import NetworkSchema
import Testing

@testable import Replica

/// A store on this machine: a directory of its own, the replica, and a till that writes to it by SQL as any
/// application would.
final class StoreShop {
    static let name = NodeName("nanjing-1") ?? .hub
    static let site = SiteID(0x51)
    /// 2026-01-01, in milliseconds.
    static let morning: Int64 = 1_767_225_600_000

    let directory: String
    var replica: StoreReplica
    let till: Connection
    /// Time as the shop sees it; captures are given it.
    var now = StoreShop.morning

    init(schema: String = StoreShop.schema, site: SiteID = StoreShop.site) throws {
        directory = try Self.temporaryDirectory()
        let plan = SchemaPlan(try NetworkSchema(yaml: schema))
        let joined = JoinedStore(
            network: "corner",
            region: "east",
            store: Self.name,
            site: site,
            address: "hub.example:7411",
            plan: plan
        )
        try StoreReplica.create(directory: directory, joined, nowMilliseconds: Self.morning)
        till = try Self.till(directory)
        replica = try StoreReplica(directory: directory)
    }

    /// A store that was there before: the image of another.
    init(image: String) throws {
        directory = image
        till = try Self.till(directory)
        replica = try StoreReplica(directory: directory)
    }

    private static func till(_ directory: String) throws -> Connection {
        try Connection(path: StoreReplica.replicaPath(directory), pragmas: ["PRAGMA synchronous = NORMAL"])
    }

    /// The store's daemon dies, and starts again; the till goes on.
    func restart() throws {
        let step = replica.atStep
        replica = try StoreReplica(directory: directory)
        replica.atStep = step
    }

    deinit { Self.remove(directory) }

    static func temporaryDirectory() throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/linli-store-XXXXXX".utf8CString)
        return try template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, mkdtemp(start) != nil else {
                throw ReplicaError.file(path: "mkdtemp", operation: "mkdtemp", code: errno)
            }
            return String(cString: start)
        }
    }

    static func remove(_ directory: String) {
        for file in ["linli.db", "changes.db"] {
            for suffix in ["", "-wal", "-shm"] { unlink("\(directory)/\(file)\(suffix)") }
        }
        rmdir(directory)
    }

    // MARK: The till

    /// Runs one statement as an application, at the shop's time or by a clock that says another.
    func sell(_ sql: String, at clock: Int64? = nil) throws {
        now += 1
        try till.write { connection in
            let before = try connection.statement("SELECT coalesce(max(seq), 0) FROM linli_capture").firstInteger()
            try connection.execute(sql)
            try connection.statement("UPDATE linli_capture SET at = ?1 WHERE seq > ?2").bind(1, clock ?? now)
                .bind(2, before ?? 0).run()
        }
    }

    /// The rows of a query, as SQLite quotes them.
    func see(_ query: String) throws -> [String] {
        try till.read { connection in
            let statement = try connection.statement(query)
            defer { statement.reset() }
            var rows: [String] = []
            while try statement.step() {
                rows.append(
                    (0..<statement.columnCount).map { statement.isNull($0) ? "NULL" : statement.string($0) }
                        .joined(separator: "|")
                )
            }
            return rows
        }
    }

    // MARK: The daemon

    @discardableResult
    func seal() throws -> ChangesetHeader? { try replica.seal(wallMilliseconds: now) }

    /// The operations of every changeset after `number`, as they stand in the change log.
    func operations(after number: Int64 = 0) throws -> [(number: Int64, operation: Operation)] {
        var found: [(number: Int64, operation: Operation)] = []
        var place = (number: number + 1, count: 0)
        for part in try replica.parts(from: ChangesetNumber(number + 1), part: 0, bytesMax: .max) {
            if part.number.number != place.number { place = (part.number.number, 0) }
            var reader = SegmentReader(part.bytes, place: place.count)
            while let operation = try reader.next() { found.append((part.number.number, operation)) }
            place.count = reader.place
        }
        return found
    }

    /// Stages rows of the feed as one chunk of the scope `store`, from where it stands.
    func stage(_ rows: [FeedRow], scope: FeedScope = .store, upTo: Int64) throws {
        let plan = replica.plan
        var writer = ChunkWriter()
        for row in rows {
            writer.write(row, shape: plan.tables[row.table].shape, clocked: plan.tables[row.table].clocked)
        }
        try replica.stage(
            StoreFeed.Chunk(
                scope: scope,
                from: replica.state.round.reach(scope),
                upTo: Position(upTo),
                bytes: writer.finish()
            )
        )
    }

    @discardableResult
    func apply(
        _ position: Int64,
        included: Int64 = 0,
        stamp: Stamp = .zero,
        isComplete: Bool? = nil
    ) throws -> StoreFeed.Applied {
        try replica.apply(
            Checkpoint(
                cursor: Cursor(epoch: Epoch(7), position: Position(position)),
                included: ChangesetNumber(included),
                stamp: stamp,
                schemaVersion: replica.plan.schema.version,
                isComplete: isComplete ?? (replica.state.base.cursor == .start)
            ),
            wallMilliseconds: now
        )
    }

    /// An item of this store as the hub sends it.
    func item(
        _ id: String,
        note: String? = nil,
        price: Int64? = nil,
        n: Int64 = 0,
        units: Int64 = 0,
        life: Int = 1,
        at position: Int64,
        stamp: Stamp = Stamp(milliseconds: StoreShop.morning),
        ledger: [String: Int64] = [:]
    ) throws -> FeedRow {
        let values: [Value] = [
            .text(Self.name.text), note.map { .text($0) } ?? .null, price.map { .integer($0) } ?? .null, .null, .null,
            .null, .integer(n), .integer(units),
        ]
        let holdings = ledger.sorted { $0.key < $1.key }.map { Holding(column: 7, holder: $0.key, units: $0.value) }
        return try row("item", [.text(id)], values, life: life, at: position, stamp: stamp, ledger: holdings)
    }

    func gone(_ id: String, life: Int = 2, at position: Int64) throws -> FeedRow {
        try entry("item", [.text(id)], .gone(life: life), at: position)
    }

    func evicted(_ id: String, at position: Int64) throws -> FeedRow {
        try entry("item", [.text(id)], .evicted, at: position)
    }

    /// The store has joined: its first round brought these rows, up to position 10.
    func join(_ rows: [FeedRow] = []) throws {
        try stage(rows, upTo: 10)
        try apply(10)
    }

    func table(_ name: String) throws -> TablePlan { try #require(replica.plan.table(named: name)) }

    /// A live row as the hub sends it, all cells with one clock.
    func row(
        _ table: String,
        _ key: [Value],
        _ values: [Value],
        life: Int = 1,
        at position: Int64,
        stamp: Stamp = Stamp(milliseconds: StoreShop.morning),
        site: UInt64 = 9,
        ledger: [Holding] = []
    ) throws -> FeedRow {
        let plan = try self.table(table)
        let clocks = values.map { _ in CellClock(stamp: stamp, site: SiteID(site)) }
        return FeedRow(
            position: Position(position),
            table: plan.number,
            key: key,
            content: .row(RowState(life: life, values: values, clocks: clocks), ledger: ledger)
        )
    }

    func entry(_ table: String, _ key: [Value], _ content: FeedRow.Content, at position: Int64) throws -> FeedRow {
        FeedRow(position: Position(position), table: try self.table(table).number, key: key, content: content)
    }
}

extension StoreShop {
    static let schema = """
        schema: shop
        version: 1
        currency: CNY
        tables:
          product:
            scope: network
            writer: hub
            key: [sku]
            columns:
              sku: {type: text}
              name: {type: text}
              price: {type: integer}
          item:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id: {type: id}
              store_id: {type: text}
              note: {type: text}
              price: {type: integer}
              placed_at: {type: time, merge: first}
              high: {type: integer, merge: max}
              low: {type: integer, merge: min}
              n: {type: integer, merge: counter}
              units: {type: integer, merge: escrow, floor: 0, share: {hub: 30}}
          stock:
            scope: {store: store_id}
            writer: store
            key: [store_id, sku]
            columns:
              store_id: {type: text}
              sku: {type: text}
              available: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}}
        """
}
