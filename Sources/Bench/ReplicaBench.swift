import ChangeLog
import NetworkSchema
import Replica

/// The replica's verbs alone, without a network: seal, hub apply, feed read, store apply, each over the same fresh
/// rows, against plain inserts of them in the same run.
struct ReplicaBench {
    private static let rowsPerTransaction = 1_000
    /// Changesets that the hub merges in one transaction.
    private static let groupMax = 64

    let directory: String
    let rows: Int

    func run(_ report: (BenchLine) -> Void) throws {
        let plain = try plainInserts()
        report(BenchLine("plain inserts, 1,000-row transactions", plain, "rows/s"))
        let seller = try Side("seller", in: directory)
        let buyer = try Side("buyer", in: directory)
        let hub = try makeHub([seller, buyer])
        defer { for one in [seller.scratch, buyer.scratch] { one.remove() } }

        let sealed = try seal(seller)
        report(BenchLine("seal, 1,000-row changesets", Double(rows) / sealed, "rows/s", baseline: plain))
        let bytes = try seller.outboxBytes()
        report(
            BenchLine("outbox, five-column row", Double(bytes) / Double(rows), "bytes", target: 45, isUpperBound: true)
        )
        let applied = try merge(seller, into: hub)
        report(BenchLine("hub apply of fresh rows", Double(rows) / applied, "rows/s", baseline: plain, target: 0.25))
        let (read, chunks, checkpoint) = try readFeed(hub, for: buyer)
        report(BenchLine("feed read", Double(rows) / read, "rows/s", baseline: plain))
        let feedBytes = chunks.reduce(0) { $0 + $1.bytes.count }
        report(
            BenchLine(
                "feed, five-column row",
                Double(feedBytes) / Double(rows),
                "bytes",
                target: 45,
                isUpperBound: true
            )
        )
        let laid = try apply(chunks, checkpoint, at: buyer)
        report(BenchLine("store apply, one round", Double(rows) / laid, "rows/s", baseline: plain))
        try hub.close()
    }

    // MARK: Sides

    /// One store's replica, without a daemon.
    private struct Side {
        let name: NodeName
        let site: SiteID
        let scratch: Scratch
        let replica: StoreReplica

        init(_ name: String, in directory: String) throws {
            guard let node = NodeName(name) else { throw BenchFailure.name(name) }
            self.name = node
            site = SiteID(UInt64(name.utf8.count) << 32 | UInt64(name.utf8.first ?? 1))
            scratch = try Scratch(directory: directory, name: name)
            try StoreReplica.create(
                directory: scratch.folder,
                JoinedStore(
                    network: "bench",
                    region: "",
                    store: node,
                    site: site,
                    address: "127.0.0.1:1",
                    plan: BenchTable.plan()
                ),
                nowMilliseconds: 1
            )
            replica = try StoreReplica(directory: scratch.folder)
        }

        func outboxBytes() throws -> Int {
            var (bytes, number) = (0, ChangesetNumber(1))
            while number <= replica.lastSealed {
                let parts = try replica.parts(from: number, part: 0, bytesMax: 1 << 20)
                guard let last = parts.last else { break }
                bytes += parts.reduce(0) { $0 + $1.bytes.count }
                number = last.number.next
            }
            return bytes
        }
    }

    private func plainInserts() throws -> Double {
        let scratch = try Scratch(directory: directory, name: "plain")
        defer { scratch.remove() }
        let connection = try Connection(path: scratch.path, pragmas: ["PRAGMA journal_mode = WAL"] + Scratch.pragmas)
        try connection.use { sql in try sql.execute(BenchTable.plain) }
        let taken = try seconds { try insert(connection) { _ in } }
        try connection.close()
        return Double(rows) / taken
    }

    private func insert(_ connection: Connection, after: (Int) throws -> Void) throws {
        for start in stride(from: 0, to: rows, by: Self.rowsPerTransaction) {
            try connection.write { sql in
                let statement = try sql.statement(BenchTable.insert)
                for number in start..<min(start + Self.rowsPerTransaction, rows) {
                    BenchTable.bind(statement, number)
                    try statement.run()
                }
            }
            try after(start)
        }
    }

    private func makeHub(_ sides: [Side]) throws -> HubReplica {
        let scratch = try Scratch(directory: directory, name: "hub")
        let schema = try NetworkSchema(yaml: BenchTable.yaml)
        try HubReplica.create(
            directory: scratch.folder,
            schema: schema,
            network: "bench",
            address: "127.0.0.1:1",
            site: SiteID(1),
            nowMilliseconds: 1
        )
        let hub = try HubReplica(directory: scratch.folder, schema: schema, epoch: Epoch(9), nowMilliseconds: 1)
        for side in sides {
            _ = try hub.invite(
                side.name,
                region: "",
                name: "",
                secretHash: [1],
                expiresAt: .max,
                nowMilliseconds: 1
            )
            _ = try hub.join(side.name, site: side.site, nowMilliseconds: 1) { _ in true }
        }
        return hub
    }

    // MARK: Verbs

    /// Only the seals are timed, not the application's own writes between them.
    private func seal(_ side: Side) throws -> Double {
        let application = try Connection(path: side.scratch.path, pragmas: Scratch.pragmas)
        var total = 0.0
        try insert(application) { _ in
            total += try seconds { _ = try side.replica.seal(wallMilliseconds: 1_700_000_000_000) }
        }
        try application.close()
        return total
    }

    private func merge(_ side: Side, into hub: HubReplica) throws -> Double {
        var changesets: [IncomingChangeset] = []
        for number in 1...side.replica.lastSealed.number {
            let parts = try side.replica.parts(from: ChangesetNumber(number), part: 0, bytesMax: 1)
            guard let header = parts.first?.header else { throw BenchFailure.incomplete }
            var segments = parts.map { $0.bytes }
            while segments.count < header.segments {
                let more = try side.replica.parts(
                    from: ChangesetNumber(number),
                    part: segments.count,
                    bytesMax: 1
                )
                segments += more.map { $0.bytes }
            }
            changesets.append(IncomingChangeset(header: header, body: .segments(segments)))
        }
        return try seconds {
            for start in stride(from: 0, to: changesets.count, by: Self.groupMax) {
                let group = Array(changesets[start..<min(start + Self.groupMax, changesets.count)])
                let merged = try hub.merge(group, nowMilliseconds: 1_700_000_000_000)
                guard merged.quarantined == 0, merged.conflicts == 0 else { throw BenchFailure.incomplete }
            }
        }
    }

    private func readFeed(
        _ hub: HubReplica,
        for side: Side
    ) throws -> (seconds: Double, chunks: [ReadChunk], checkpoint: Checkpoint) {
        let round = FeedRound(site: side.site, began: .start, isComplete: true)
        var chunks: [ReadChunk] = []
        var read = ScopePositions(.start)
        let taken = try seconds {
            for scope in FeedScope.allCases {
                var isLast = false
                while !isLast {
                    let reading = try hub.readChunk(
                        round,
                        scope,
                        after: read[scope],
                        size: ChunkSize(bytesTarget: 128 * 1024, rowsMax: 8_192),
                        nowMilliseconds: 1_700_000_000_000
                    )
                    guard case .read(let chunk) = reading else { throw BenchFailure.incomplete }
                    if chunk.rows > 0 { chunks.append(chunk) }
                    read[scope] = chunk.upTo
                    isLast = chunk.isLast
                }
            }
        }
        guard case .read(let checkpoint) = hub.readCheckpoint(round, readUpTo: read) else {
            throw BenchFailure.incomplete
        }
        return (taken, chunks, checkpoint)
    }

    private func apply(_ chunks: [ReadChunk], _ checkpoint: Checkpoint, at side: Side) throws -> Double {
        _ = try side.replica.hello()
        var reached: [FeedScope: Position] = [:]
        return try seconds {
            for chunk in chunks {
                try side.replica.stage(
                    StoreFeed.Chunk(
                        scope: chunk.scope,
                        from: reached[chunk.scope] ?? .start,
                        upTo: chunk.upTo,
                        bytes: chunk.bytes
                    )
                )
                reached[chunk.scope] = chunk.upTo
            }
            _ = try side.replica.apply(
                checkpoint,
                wallMilliseconds: 1_700_000_000_000
            )
        }
    }
}

/// What keeps a benchmark from giving a figure.
enum BenchFailure: Error, CustomStringConvertible {
    case name(String)
    case incomplete
    case notVisible(String)

    var description: String {
        switch self {
        case .name(let name): "\(name) is no node's name"
        case .incomplete: "a replica did not do the whole work; the figures would mean nothing"
        case .notVisible(let what): "\(what) did not become visible in time; the figures would mean nothing"
        }
    }
}
