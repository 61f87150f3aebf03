import ChangeLog

/// What the hub itself added to a counter, as a note in the feed: the sum that a row shows does not say whose it is.
///
///     note := kind own delta, the line's number, fields: table, key, life, at, epoch, origin, (varint cell, signed delta)*
///
/// Law: an addition is known by its origin, the epoch and the number of the line under which the hub first noted it.
/// One that was adopted keeps its origin, so that it is adopted once, from whichever store and in whichever history.
struct OwnDelta: Hashable {
    struct Origin: Hashable {
        var epoch: Epoch
        var line: Int64
    }

    var row: RowKey
    var life: Int
    /// When it was noted first, in milliseconds since 1970 UTC.
    var at: Int64
    var origin: Origin
    /// By ascending cell; nothing else than numbers that are not 0.
    var deltas: [(cell: Int, delta: Int64)]

    static func == (one: OwnDelta, other: OwnDelta) -> Bool {
        one.row == other.row && one.life == other.life && one.at == other.at && one.origin == other.origin
            && one.encoded == other.encoded
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(row)
        hasher.combine(origin)
    }

    var encoded: [UInt8] {
        var out = ByteWriter()
        for one in deltas {
            out.unsigned(UInt64(one.cell))
            out.signed(one.delta)
        }
        return out.bytes
    }

    init(
        row: RowKey,
        life: Int,
        at: Int64,
        origin: Origin,
        encoded: [UInt8]
    ) throws(MalformedBytes) {
        (self.row, self.life, self.at, self.origin) = (row, life, at, origin)
        var reader = ByteReader(encoded)
        deltas = []
        while !reader.isAtEnd {
            let cell = try reader.index(below: TableShape.valueCellsMax)
            deltas.append((cell, try reader.signed()))
        }
    }

    /// As `OwnDeltaTable` gives it to the feed.
    init(_ note: Note) throws(MalformedBytes) {
        guard note.kind == .ownDelta, note.fields.count >= 7, case .integer(let table) = note.fields[0],
            case .blob(let key) = note.fields[1], case .integer(let life) = note.fields[2],
            case .integer(let at) = note.fields[3], case .integer(let epoch) = note.fields[4],
            case .integer(let line) = note.fields[5], case .blob(let encoded) = note.fields[6]
        else { throw MalformedBytes("a note of an addition in another form", offset: 0) }
        try self.init(
            row: RowKey(table: Int(table), key: KeyBytes(stored: key)),
            life: Int(life),
            at: at,
            origin: Origin(epoch: Epoch(UInt64(bitPattern: epoch)), line: line),
            encoded: encoded
        )
    }
}

/// `linli_own_delta`: the additions of the last 30 days, which is longer than any store keeps what came down.
struct OwnDeltaTable {
    /// Files of an earlier version get it when they are opened.
    static let definition = """
        CREATE TABLE IF NOT EXISTS linli_own_delta (
          id INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, key BLOB NOT NULL, life INTEGER NOT NULL, at INTEGER NOT NULL,
          epoch INTEGER NOT NULL, origin INTEGER NOT NULL, deltas BLOB NOT NULL, UNIQUE (epoch, origin)
        ) STRICT;
        """

    let sql: SQL

    /// - Returns: the line's number.
    func add(
        _ row: RowKey,
        life: Int,
        _ deltas: [UInt8],
        origin: OwnDelta.Origin?,
        in epoch: Epoch,
        at now: Int64
    ) throws(ReplicaError) -> Int64 {
        let last = try sql.statement("SELECT max(id) FROM linli_own_delta").firstInteger() ?? 0
        let line = last + 1
        let origin = origin ?? OwnDelta.Origin(epoch: epoch, line: line)
        try sql.statement(
            """
            INSERT INTO linli_own_delta (id, tbl, key, life, at, epoch, origin, deltas)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        ).bind(1, line).bind(2, row.table).bind(3, .blob(row.key.bytes)).bind(4, life).bind(5, now)
            .bind(6, Int64(bitPattern: origin.epoch.raw)).bind(7, origin.line).bind(8, .blob(deltas)).run()
        return line
    }

    func isKnown(_ origin: OwnDelta.Origin) throws(ReplicaError) -> Bool {
        try sql.statement("SELECT count(*) FROM linli_own_delta WHERE epoch = ?1 AND origin = ?2")
            .bind(1, Int64(bitPattern: origin.epoch.raw)).bind(2, origin.line).firstInteger() != 0
    }

    /// As the feed tells it; nil when it is gone.
    func note(_ line: Int64) throws(ReplicaError) -> Note? {
        let row = try sql.statement(
            "SELECT tbl, key, life, at, epoch, origin, deltas FROM linli_own_delta WHERE id = ?1"
        ).bind(1, line)
        defer { row.reset() }
        guard try row.step() else { return nil }
        return Note(kind: .ownDelta, id: line, fields: row.values(from: 0, count: 7))
    }

    /// Drops what is older, and its entries in the feed.
    ///
    /// - Returns: whether there was any.
    func drop(before instant: Int64) throws(ReplicaError) -> Bool {
        let old = try sql.statement("SELECT id FROM linli_own_delta WHERE at < ?1 ORDER BY id").bind(1, instant)
        var lines: [Int64] = []
        while try old.step() { lines.append(old.integer(0)) }
        for line in lines {
            try sql.statement("DELETE FROM linli_feed WHERE tbl = ?1 AND key = ?2")
                .bind(1, NoteTable.ownDelta.rawValue).bind(2, .blob(KeyBytes([.integer(line)]).bytes)).run()
        }
        guard !lines.isEmpty else { return false }
        try sql.statement("DELETE FROM linli_own_delta WHERE at < ?1").bind(1, instant).run()
        return true
    }
}

extension HubWriter {
    /// Notes what the hub's own write added to counters, wherever the row goes. What an effect added is made again with
    /// its cause.
    func noteOwnDelta(_ operation: Operation, _ table: HubTable) throws(ReplicaError) {
        guard feedKeyIsKnown, operation.cause == nil, operation.kind == .update || operation.kind == .insert,
            operation.mask & table.plan.counterMask != 0
        else { return }
        var out = ByteWriter()
        for cell in table.plan.counters {
            guard let delta = operation.value(cell)?.integer, delta != 0 else { continue }
            out.unsigned(UInt64(cell))
            out.signed(delta)
        }
        guard !out.bytes.isEmpty, let meta = try table.rows.loadMeta(operation.key), meta.isAlive else { return }
        let row = RowKey(table: operation.table, key: operation.key)
        let receivers = try scopes(of: row, meta, table).all.filter { $0 != HubScope.hubID }
        guard !receivers.isEmpty else { return }
        let line = try OwnDeltaTable(sql: sql).add(
            row,
            life: meta.life,
            out.bytes,
            origin: adopted?.origin,
            in: epochs.present,
            at: adopted?.at ?? now
        )
        for scope in receivers { try feed.note(.ownDelta, line: line, scope: scope, at: meta.position) }
    }
}

extension Adoption {
    /// Adds what the hub had added, where the row is in the life that it saw. One that is not there yet may come with
    /// this store's outbox or another's, and is then there when the addition is offered again.
    mutating func add(_ note: Note) throws(ReplicaError) {
        let lost: OwnDelta
        let key: [Value]
        do {
            lost = try OwnDelta(note)
            key = try lost.row.key.key()
        } catch {
            throw .damaged(what: "a chunk that this hub sealed (\(error))")
        }
        guard hub.tables.indices.contains(lost.row.table), hub.now - lost.at < HubLimits.horizonMilliseconds,
            try !OwnDeltaTable(sql: hub.sql).isKnown(lost.origin)
        else { return }
        let table = hub.tables[lost.row.table]
        guard let stored = try table.rows.load(key), stored.meta.isAlive, stored.meta.life == lost.life else { return }
        var values = stored.values
        for one in lost.deltas {
            guard values.indices.contains(one.cell), table.plan.counterMask >> UInt64(one.cell) & 1 == 1,
                let sum = values[one.cell].integer?.addingReportingOverflow(one.delta), !sum.overflow
            else { return try tell("update", key, counted(lost), .check("a sum beyond its bounds"), table) }
            values[one.cell] = .integer(sum.partialValue)
        }
        let mask = counted(lost).mask
        hub.adopted = (lost.origin, lost.at)
        defer { hub.adopted = nil }
        if try write(
            "update",
            key,
            counted(lost),
            at: nil,
            table,
            { () throws(ReplicaError) in
                try table.rows.update(key, cells: mask, of: values)
            }
        ) {
            rows += 1
        }
    }

    private func counted(_ lost: OwnDelta) -> (mask: UInt64, values: [Value]) {
        (lost.deltas.reduce(0) { $0 | 1 << UInt64($1.cell) }, lost.deltas.map { .integer($0.delta) })
    }
}
