import ChangeLog

/// Reads the feed of one scope in the order of positions: a merge of the tables' indexes and of `linli_feed`.
///
/// Law: used in one snapshot in which nothing captured is unsealed.
final class FeedReader {
    let plan: SchemaPlan
    let tables: [FeedTable]
    let sql: SQL
    let entries: Statement
    let notes: FeedNotes
    private let unsealed: Statement

    init(_ sql: SQL, plan: SchemaPlan) throws(ReplicaError) {
        self.sql = sql
        self.plan = plan
        tables = try plan.tables.map { table throws(ReplicaError) in
            try FeedTable(sql, plan: table, sources: ScopeSources(of: table, in: plan))
        }
        entries = try sql.statement(
            """
            SELECT position, tbl, key, kind FROM linli_feed
            WHERE scope = ?1 AND position > ?2 AND position <= ?3 ORDER BY position
            """
        )
        notes = try FeedNotes(sql)
        unsealed = try sql.statement(
            """
            SELECT coalesce((SELECT max(seq) FROM linli_capture), 0)
              > (SELECT value FROM linli_setting WHERE name = 'captured')
            """
        )
    }

    func isSealed() throws(ReplicaError) -> Bool { try unsealed.firstInteger() == 0 }

    /// Encodes the entries of a scope that stand after one position, up to another.
    ///
    /// - Parameter heads: by table and for `linli_feed`, how far the scope reaches; parts at or below `after` are not
    ///   asked.
    func chunk(_ request: FeedRequest, heads: [Int64], siteIDs: [SiteID]) throws -> EncodedChunk {
        var parts: [FeedPart] = []
        defer { for part in parts { part.reset() } }
        for table in tables where heads[table.plan.number] > request.after {
            if let part = try FeedPart(table.open(request)) { parts.append(part) }
        }
        if heads[tables.count] > request.after {
            entries.bind(1, request.scope).bind(2, request.after).bind(3, request.upTo)
            if let part = try FeedPart(entries: entries) { parts.append(part) }
        }
        var writer = ChunkWriter()
        var chunk = EncodedChunk(first: nil, upTo: request.after, rows: 0, bytes: [], isLast: true)
        while let next = parts.indices.min(by: { parts[$0].position < parts[$1].position }) {
            let position = parts[next].position
            if writer.count >= request.rowsMax || writer.byteCount >= request.bytesTarget, position > chunk.upTo {
                chunk.isLast = false
                break
            }
            chunk.first = chunk.first ?? position
            chunk.upTo = position
            try write(parts[next], request, siteIDs, to: &writer, by: &chunk.author)
            if try !parts[next].advance() { parts.remove(at: next) }
        }
        if chunk.isLast { chunk.upTo = request.upTo }
        chunk.rows = writer.count
        chunk.bytes = writer.finish()
        return chunk
    }

    private func write(
        _ part: FeedPart,
        _ request: FeedRequest,
        _ siteIDs: [SiteID],
        to writer: inout ChunkWriter,
        by author: inout ChunkAuthor
    ) throws {
        guard let table = part.table else {
            author = .several
            return try writeEntry(part.statement, request, siteIDs, to: &writer)
        }
        let row = try table.row(part.statement, siteIDs)
        if request.leavesOutEcho, let echo = request.echo, row.isEcho(of: echo) { return }
        author.add(row)
        writer.write(row.entry, shape: table.plan.shape, clocked: table.plan.clocked)
    }

    private func writeEntry(
        _ statement: Statement,
        _ request: FeedRequest,
        _ siteIDs: [SiteID],
        to writer: inout ChunkWriter
    ) throws {
        let position = Position(statement.integer(0))
        let key = KeyBytes(stored: statement.bytes(2))
        guard let kind = FeedKind(rawValue: statement.integer(3)) else { return }
        if kind == .note {
            guard let note = try notes.note(table: statement.integer(1), key: key) else { return }
            let entry = FeedRow(position: position, table: 0, key: [], content: .note(note))
            writer.write(entry, shape: tables[0].plan.shape, clocked: 0)
            return
        }
        let number = Int(statement.integer(1))
        guard tables.indices.contains(number) else { return }
        let table = tables[number]
        let values = try key.key()
        var entry = FeedRow(position: position, table: number, key: values, content: .evicted)
        if let found = try table.find(values, siteIDs) {
            if case .gone = found.entry.content {
                entry.content = found.entry.content
            } else if try kind == .row || kind == .answer && request.reads(found, table, self) {
                entry.content = found.entry.content
            }
        } else if kind != .evicted {
            entry.content = .gone(life: 0)
        }
        writer.write(entry, shape: table.plan.shape, clocked: table.plan.clocked)
    }
}

/// What part of the feed is asked for.
struct FeedRequest {
    /// Own writes that the site need not be sent.
    struct Echo {
        let site: Int64
        /// The site's cursor when its round began.
        var roundBegan: Int64
    }

    var scope: Int64
    var after: Int64
    var upTo: Int64
    var bytesTarget: Int
    var rowsMax: Int
    /// nil when the round must have everything.
    var echo: Echo?
    /// Its echo is left out row by row; where chunks are shared only whole chunks can be.
    var leavesOutEcho: Bool { site != nil }
    /// The scopes of the site, for its answers; nil where chunks are shared.
    var site: SiteScopes?

    fileprivate func reads(_ row: FeedTable.Row, _ table: FeedTable, _ reader: FeedReader) throws -> Bool {
        guard let site else { return false }
        if site.reads(row.scope) { return true }
        guard table.maySpread else { return false }
        return try reader.notes.scopes(of: row.entry).contains(where: site.reads)
    }
}

/// One scope's entries, encoded.
struct EncodedChunk {
    /// The position of the first entry; nil when there is none.
    var first: Int64?
    var upTo: Int64
    var rows: Int
    var bytes: [UInt8]
    /// Of the bytes; empty for none.
    var seal: [UInt8] = []
    /// Nothing of the scope lies between `upTo` and what was asked for.
    var isLast: Bool
    var author = ChunkAuthor.nobody
}

/// One index on its way through the merge: the present row is the next entry.
private struct FeedPart {
    /// nil for `linli_feed`.
    let table: FeedTable?
    let statement: Statement
    private(set) var position: Int64

    init?(_ table: FeedTable) throws(ReplicaError) {
        guard try table.inOrder.step() else { return nil }
        self.table = table
        statement = table.inOrder
        position = statement.integer(0)
    }

    init?(entries: Statement) throws(ReplicaError) {
        guard try entries.step() else { return nil }
        table = nil
        statement = entries
        position = statement.integer(0)
    }

    /// False at the end.
    mutating func advance() throws(ReplicaError) -> Bool {
        guard try statement.step() else { return false }
        position = statement.integer(0)
        return true
    }

    func reset() { statement.reset() }
}
