public import ChangeLog
public import NetworkSchema
package import Synchronization

/// The hub's replica: one writer, which merges, and readers of the feed beside it.
///
/// All methods are synchronous and may be called from any thread. Times are handed in, and nothing is random: the same
/// calls in the same order leave the same state, bit by bit.
///
/// Law: a method of the writer is one transaction. When it throws, nothing of it happened.
public final class HubReplica: Sendable {
    public let directory: String
    let writer: Connection
    let readers: [FeedConnection]
    let held: HeldParts
    let cache = ChunkCache(bytesMax: HubLimits.chunkCacheBytesMax)
    let published = Mutex(PublishedFeed())
    /// Of this run.
    let epoch: Epoch
    /// nil where the file has no key for it.
    let feedSeal: FeedSeal?
    let announcer = Announcer()
    package let mistakes = Mutex<PlantedMistakes>([])
    let present = Present()
    /// What sites told since the last transaction, in order.
    private let notes = Mutex<[(site: SiteID, note: SiteNote)]>([])
    private let turn = Atomic<Int>(0)

    /// Makes a hub's replica in a directory that has none: whole, or not at all.
    ///
    /// - Parameters:
    ///   - network: its name.
    ///   - address: where stores find the hub, HOST:PORT.
    ///   - site: of the hub; drawn at random by the caller.
    public static func create(
        directory: String,
        schema: NetworkSchema,
        network: String,
        address: String,
        site: SiteID,
        files: any FileSystem = SystemFiles(),
        nowMilliseconds: Int64
    ) throws(ReplicaError) {
        let path = StoreReplica.replicaPath(directory)
        guard !files.exists(path) else { throw .exists(file: path) }
        let building = path + ".new"
        try files.removeDatabase(building)
        let connection = try Connection(path: building, pragmas: ReplicaPragmas.creation)
        let plan = SchemaPlan(schema)
        try connection.write { sql in
            try ReplicaSchema.create(
                sql,
                plan: plan,
                role: .hub,
                site: site,
                network: network,
                nowMilliseconds: nowMilliseconds
            )
            try HubTables.create(sql, plan: plan)
            let settings = Settings(sql)
            try settings.put(.address, address)
            try settings.put(.head, 0)
            try HubTables.createOwnSite(sql, site: site, nowMilliseconds: nowMilliseconds)
        }
        try connection.close()
        try files.rename(building, to: path)
    }

    /// Opens the replica, and with it a new epoch.
    ///
    /// - Parameters:
    ///   - epoch: drawn at random by the caller.
    ///   - schema: the schema version that stands in the file, read from its document.
    ///   - isRestored: the directory was restored from a backup: rights on a store's rows are not spent until the store
    ///     is back. What `HubRestore` put there says so itself.
    ///   - freshFeedKey: 32 bytes drawn at random by the caller; kept in a file that has no such key yet. Without a key
    ///     chunks go out unsealed, and no store can give them back.
    ///   - readers: connections that read the feed; as many as threads that use them at once.
    public init(
        directory: String,
        schema: NetworkSchema,
        epoch: Epoch,
        isRestored: Bool = false,
        freshFeedKey: [UInt8]? = nil,
        readers: Int = HubLimits.readers,
        nowMilliseconds: Int64
    ) throws(ReplicaError) {
        self.directory = directory
        self.epoch = epoch
        let path = "\(directory)/linli.db"
        let plan = SchemaPlan(schema)
        writer = try Connection(path: path, firesTriggers: false, pragmas: ReplicaPragmas.hubWriter)
        feedSeal = try writer.use { sql in
            try ReplicaSchema.checkFormat(sql, file: path)
            guard case .hub = try Settings(sql).role() else {
                throw ReplicaError.wrongRole(file: path, is: "store", wanted: "hub")
            }
            try sql.rewriteLog()
            try sql.execute(HubTables.later)
            return try FeedSeal.opened(Settings(sql), fresh: freshFeedKey)
        }
        self.readers = try (0..<readers).map { _ throws(ReplicaError) in
            try FeedConnection(path: path, plan: plan)
        }
        held = try HeldParts(path: "\(directory)/changes.db")
        present.plan = plan
        try transact(nowMilliseconds) { hub, _ in
            try hub.epochs.open(epoch, head: hub.head, at: nowMilliseconds, hub.sql)
            try hub.settings.put(.epoch, epoch: epoch)
            let backup = try hub.settings.integerIfAny(.restored)
            if isRestored || backup != nil { try hub.holdRights(exceptSeenSince: nowMilliseconds) }
            if isRestored || backup != nil {
                try hub.settings.put(.restored, .null)
                try hub.noteRestored()
            }
        }
    }

    /// Closes the files. Nobody may use the replica any more.
    public func close() throws(ReplicaError) {
        try writer.use { _ in present.hub = nil }
        try writer.close()
        for reader in readers { try reader.close() }
        try held.close()
    }

    // MARK: The writer's verbs

    /// Merges a batch of changesets: all that hold are acknowledged by one sync to disk. The hub's own writes are
    /// sealed first.
    public func merge(_ batch: [IncomingChangeset], nowMilliseconds: Int64) throws(ReplicaError) -> MergeReport {
        let held = held
        let report = try transact(nowMilliseconds) { hub, report in
            try hub.merge(batch, held: held, into: &report)
        }
        for (changeset, outcome) in zip(batch, report.outcomes) {
            guard case .held = changeset.body else { continue }
            switch outcome {
            case .merged(let through): try held.drop(upTo: through, site: changeset.header.site)
            case .damaged: try held.drop(changeset.header.number, site: changeset.header.site)
            case .gap, .forked, .stranger, .frozen: break
            }
        }
        return report
    }

    /// Seals what applications at the hub wrote; `head` is at or above it.
    @discardableResult
    public func seal(nowMilliseconds: Int64) throws(ReplicaError) -> MergeReport {
        try transact(nowMilliseconds) { hub, _ in
            try hub.sealOwn()
            try hub.shareGrants()
        }
    }

    /// Whether the tables, triggers and views are as we made them.
    ///
    /// - Throws: `ReplicaError.altered`, or what SQLite says.
    public func verifyUnaltered() throws(ReplicaError) {
        try writer.use { sql in try present.alterations.look(sql, plan: present.plan, role: .hub) }
    }

    /// Holds one part of a changeset durably until it can be merged whole.
    ///
    /// - Returns: how many parts are held without a gap.
    public func hold(
        _ bytes: [UInt8],
        part: Int,
        of number: ChangesetNumber,
        site: SiteID
    ) throws(ReplicaError) -> Int {
        try held.hold(bytes, part: part, of: number, site: site)
    }

    /// The greatest position that was committed.
    public var head: Position { published.withLock { $0.head } }

    // MARK: Transactions

    /// One transaction of the writer; what it committed is published before anyone hears of it.
    ///
    /// - Parameter afterwards: runs after the commit, and before the next transaction.
    @discardableResult
    func transact(
        _ nowMilliseconds: Int64,
        afterwards: () -> Void = {},
        _ body: (HubWriter, inout MergeReport) throws -> Void
    ) throws(ReplicaError) -> MergeReport {
        try writer.use { sql in
            let told = notes.withLock { notes in
                defer { notes = [] }
                return notes
            }
            do {
                let isFresh = present.hub == nil
                var report = MergeReport(head: .start)
                let hub = try sql.transaction("BEGIN IMMEDIATE") { sql in
                    let hub = try present.hub ?? HubWriter(sql, plan: present.plan)
                    present.hub = hub
                    hub.now = nowMilliseconds
                    hub.mistakes = mistakes.withLock { $0 }
                    hub.take(told)
                    try hub.takeBackRights()
                    try body(hub, &report)
                    try hub.finish()
                    return hub
                }
                report.head = Position(hub.head)
                report.news = hub.scopes.touched.map(\.name)
                published.withLock { $0.update(from: hub, everything: isFresh) }
                hub.scopes.settle()
                hub.sites.settle()
                afterwards()
                announcer.announce(report)
                return report
            } catch {
                // What it remembers is not what stands in the file.
                present.hub = nil
                notes.withLock { $0 = told + $0 }
                throw error
            }
        }
    }

    /// Asks the writer something that changes nothing.
    func inspect<Result>(_ body: (HubWriter) throws -> Result) throws(ReplicaError) -> Result {
        try writer.use { sql in
            let hub = try present.hub ?? HubWriter(sql, plan: present.plan)
            present.hub = hub
            hub.take(notes.withLock { $0 })
            return try body(hub)
        }
    }

    /// Remembers what a site told until the next transaction.
    func note(_ note: SiteNote, of site: SiteID) { notes.withLock { $0.append((site, note)) } }

    /// A connection for the next read of the feed.
    func nextReader() -> FeedConnection {
        readers[turn.wrappingAdd(1, ordering: .relaxed).newValue % readers.count]
    }

    /// Only touched inside `writer.use`, which is what makes it safe to share.
    final class Present: @unchecked Sendable {
        var hub: HubWriter?
        var alterations = AlterationWatch()
        var plan = SchemaPlan(NetworkSchema(name: "", version: 0, currency: "", tables: []))
    }
}
