import ChangeLog
import NetworkSchema
import Replica
import SessionWork
import SyncSession
import Synchronization

/// The hub's daemon in virtual time: the duties of its shell, with the sessions, the errands and the replica of the
/// real one.
final class HubDaemon: Daemon {
    /// What could not be sealed is tried again so much later.
    private static let retryMilliseconds: Int64 = 1_000

    let hub: HubMachine
    private(set) var replica: HubReplica?
    /// Commits of the replica, until the sessions are told.
    private let news = HubNews()
    private(set) lazy var writer = HubWriteLine(self)
    private lazy var readers = [WorkLine(self), WorkLine(self)]
    private var turnOfReader = 0
    /// One for each connection, in the order in which they came.
    private var links: [HubLink] = []
    private var chance: Chance
    private var isSealDue = false
    private lazy var trade = DaemonTrade(self)

    init(_ hub: HubMachine, run: Int) {
        self.hub = hub
        chance = hub.world.chance("hub daemon \(run)")
        super.init(hub)
    }

    override func open() throws {
        let epoch = hub.drawEpoch()
        let opened = try hub.run(process) {
            try HubReplica(
                directory: hub.disk.root,
                // Reading the document anew at each start was a twentieth of a run.
                schema: hub.mayLackVersions ? HubReplica.storedSchema(directory: hub.disk.root) : hub.schema,
                epoch: epoch,
                isRestored: hub.isRestored,
                freshFeedKey: Array(repeating: 0x5e, count: 32),
                // One thread.
                readers: 1,
                nowMilliseconds: hub.wallMilliseconds
            )
        }
        opened.mistakes.withLock { $0 = world.planted?.mistakes ?? [] }
        opened.announceNews { [news] report in news.add(report) }
        replica = opened
    }

    override func begin() {
        captureSeen()
        keepHouse()
        trade.begin()
    }

    override func end() {
        super.end()
        for link in links { link.abandon() }
        links = []
        replica = nil
    }

    override func vanish() { for link in links { link.vanish() } }

    override func stop() {
        for link in links { link.end(Bye(.shutdown, "the hub stops; it will be back")) }
        writer.finish()
        do { try hub.run(process) { try replica?.close() } } catch {
            if process.isAlive { trouble(error, "stop") }
        }
        end()
    }

    var head: Position { replica?.head ?? .start }

    // MARK: Work

    /// Runs `body` on the replica now. Nil when it failed or the process ended.
    func onReplica<Result>(
        _ what: String,
        failed: (any Error) -> Void = { _ in },
        _ body: (HubReplica) throws -> Result
    ) -> Result? {
        guard let replica else { return nil }
        do {
            let result = try hub.run(process) { try body(replica) }
            return endIfKilled() ? nil : result
        } catch {
            guard !endIfKilled() else { return nil }
            trouble(error, what)
            failed(error)
            return nil
        }
    }

    /// Reads of the feed run beside the writer.
    func read(_ job: @escaping WorkLine.Job) {
        turnOfReader = (turnOfReader + 1) % readers.count
        let idle = readers.first { $0.isIdle } ?? readers[turnOfReader]
        idle.submit(job)
    }

    /// Tells the sessions what was committed since the last time.
    func announce() {
        for report in news.take() {
            hub.count(report)
            for link in links { link.moved(report.news, head: report.head) }
        }
    }

    /// - Throws: what the replica says.
    func listedStores() throws -> [StoreListing]? {
        guard let replica else { return nil }
        return try hub.run(process) { try replica.stores() }
    }

    // MARK: The hub's own applications

    override func captureSeen() {
        guard !isSealDue else { return }
        isSealDue = true
        later(chance.between(1...12)) { [weak self] in self?.seal() }
    }

    private func seal() {
        isSealDue = false
        // Only what failed is answered.
        let again: HubWriteLine.Answer = { [weak self] _ in
            self?.later(Self.retryMilliseconds) { [weak self] in self?.captureSeen() }
        }
        writer.submit(answer: again) { replica, now in
            if try replica.hasUnsealed() { _ = try replica.seal(nowMilliseconds: now) }
            return nil
        }
    }

    private func keepHouse() {
        later(300_000) { [weak self] in
            guard let self else { return }
            captureSeen()
            writer.submit { replica, now in
                try replica.collectGarbage(nowMilliseconds: now)
                return nil
            }
            keepHouse()
        }
    }

    // MARK: Operators

    /// - Returns: whether it is done.
    func freeze(_ store: NodeName) -> Bool {
        let order = onReplica("freeze") { try $0.freeze(store, nowMilliseconds: hub.wallMilliseconds) }
        guard order == .done else { return false }
        for link in links where link.store == store { link.end(Bye(.frozen, "store \(store) is frozen")) }
        return true
    }

    func retire(_ store: NodeName, releases: Bool) -> Bool {
        let order = onReplica("retire") { replica in
            let order = try replica.retire(store, nowMilliseconds: hub.wallMilliseconds)
            if releases { _ = try replica.release(store, nowMilliseconds: hub.wallMilliseconds) }
            return order
        }
        guard order == .done || order == .already else { return false }
        for link in links where link.store == store { link.end(Bye(.retired, "store \(store) is retired")) }
        announce()
        return true
    }

    /// - Returns: what became of its rights; nil when nothing was done.
    func reclaim(_ store: NodeName) -> Reclaiming? {
        let done = onReplica("reclaim") { try $0.reclaimAll(of: store, nowMilliseconds: hub.wallMilliseconds) }
        announce()
        return done ?? nil
    }

    func apply(_ schema: NetworkSchema) -> Bool {
        let done: Void? = onReplica("schema") { try $0.grow(to: schema, nowMilliseconds: hub.wallMilliseconds) }
        announce()
        return done != nil
    }

    func backUp() -> Bool {
        onReplica("backup") { try $0.noteBackup($0.reach(), nowMilliseconds: hub.wallMilliseconds) } != nil
    }

    func thaw(_ store: NodeName) -> Bool {
        let order = onReplica("thaw") { try $0.thaw(store, nowMilliseconds: hub.wallMilliseconds) }
        return order == .done || order == .already
    }

    // MARK: Sessions

    /// A store's connection came.
    func accept(_ store: NodeName, _ connection: SimulatedConnection) -> HubLink {
        let link = HubLink(self, connection, store: store)
        links.append(link)
        link.begin()
        return link
    }

    func left(_ link: HubLink) { links.removeAll { $0 === link } }

    /// The present session of this site, beside the one that comes.
    func older(than link: HubLink, of site: SiteID) -> HubLink? {
        links.last { $0 !== link && $0.site == site && $0.isPresent }
    }

    func isOnline(_ site: SiteID) -> Bool { links.contains { $0.site == site && $0.isOnline } }

    func isOnline(_ store: NodeName) -> Bool { links.contains { $0.store == store && $0.isOnline } }

    func isOnline(_ store: NodeName, besides site: SiteID) -> Bool {
        links.contains { $0.store == store && $0.isOnline && $0.site != site }
    }
}

/// What the replica announces, from wherever it commits.
final class HubNews: Sendable {
    private let reports = Mutex<[MergeReport]>([])

    func add(_ report: MergeReport) { reports.withLock { $0.append(report) } }

    func take() -> [MergeReport] {
        reports.withLock { reports in
            defer { reports = [] }
            return reports
        }
    }
}

extension HubReplica {
    /// - Throws: what the replica says; a version that it has already is taken as done.
    fileprivate func grow(to schema: NetworkSchema, nowMilliseconds: Int64) throws {
        guard schemaVersion < schema.version else { return }
        try applySchema(schema, nowMilliseconds: nowMilliseconds)
    }
}
