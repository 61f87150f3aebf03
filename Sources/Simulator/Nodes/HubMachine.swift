import ChangeLog
import NetworkSchema
import Replica
import Retail

/// The hub's machine.
final class HubMachine: Machine {
    private var identities: Chance
    private var regions: [(store: NodeName, region: String)] = []
    /// Changesets were merged.
    var merged: () -> Void = {}
    /// The network's present schema, and how it came to be: all versions after the first.
    private(set) var schema = NetworkSchema(name: "", version: 0, currency: "", tables: [])
    private(set) var versions: [NetworkSchema] = []
    /// The last version that an operator began to roll out.
    private var tried: NetworkSchema?
    /// A store joins with the first version, and takes over the others in turn.
    private var first = NetworkSchema(name: "", version: 0, currency: "", tables: [])
    /// The last one that was made.
    private(set) var backup: Backup?
    /// Its files are a backup's, and no daemon has opened them yet.
    private(set) var isRestored = false
    /// It was set back once: its file may be of an older schema than the network's.
    private(set) var mayLackVersions = false
    /// Of its last start.
    private var epoch = Epoch.none

    /// Its files at one moment, and what it had then.
    struct Backup {
        let files: DiskSnapshot
        let account: HubAccount
        /// Of the run, when it was made.
        let writes: Int
        let at: Int64
    }

    init(_ world: World) {
        identities = world.chance("identities")
        super.init(world, name: .hub)
    }

    override func makeDaemon(run: Int) -> Daemon { HubDaemon(self, run: run) }

    var daemon: HubDaemon? { running as? HubDaemon }

    override func dismiss() {
        super.dismiss()
        merged = {}
    }

    /// An epoch, a site or a tag.
    func drawIdentity() -> UInt64 { identities.identity() }

    func drawEpoch() -> Epoch {
        if world.planted != .forgetEpoch || epoch == .none { epoch = Epoch(drawIdentity()) }
        return epoch
    }

    func region(of store: NodeName) -> String { regions.first { $0.store == store }?.region ?? "" }

    // MARK: The beginning

    func found(_ schema: NetworkSchema) throws {
        (self.schema, first) = (schema, schema)
        let process = disk.start()
        try run(process) {
            try HubReplica.create(
                directory: disk.root,
                schema: schema,
                network: "sim",
                address: "hub:7411",
                site: SiteID(drawIdentity()),
                files: process,
                nowMilliseconds: wallMilliseconds
            )
        }
        start()
    }

    /// Registers a store, or invites it anew, and makes its replica under a new site.
    ///
    /// - Returns: false when the hub is down, and nothing was done.
    func enrol(_ store: StoreMachine) throws -> Bool {
        guard let daemon, !daemon.isPaused, let replica = daemon.replica else { return false }
        if !regions.contains(where: { $0.store == store.name }) { regions.append((store.name, store.region)) }
        store.site = SiteID(drawIdentity())
        let now = wallMilliseconds
        try run(daemon.process) {
            _ = try replica.invite(
                store.name,
                region: store.region,
                name: store.name.text,
                secretHash: [1],
                expiresAt: now + 1_000,
                nowMilliseconds: now
            )
            _ = try replica.join(store.name, site: store.site, nowMilliseconds: now) { _ in true }
        }
        let joined = JoinedStore(
            network: "sim",
            region: store.region,
            store: store.name,
            site: store.site,
            address: "hub:7411",
            plan: SchemaPlan(first)
        )
        let process = store.disk.start()
        try store.run(process) {
            try StoreReplica.create(
                directory: store.disk.root,
                joined,
                files: process,
                nowMilliseconds: store.wallMilliseconds
            )
        }
        return true
    }

    override func start() {
        super.start()
        if running != nil { isRestored = false }
    }

    /// As its daemon knows them, or else its files.
    override func standings(_ process: SimulatedProcess) throws -> [StoreStanding] {
        let present = daemon.flatMap { $0.isPaused ? nil : $0 }
        let listed =
            try present?.listedStores()
            ?? run(process) { try HubReplica.stores(directory: disk.root, files: process).stores }
        return listed.map { store in
            StoreStanding(
                store: store.store.text,
                region: store.region,
                name: store.name,
                isOnline: present?.isOnline(store.store) ?? false,
                takesPart: store.state != .frozen && store.state != .retired,
                hasLostDisks: !store.fenced.isEmpty
            )
        }
    }

    // MARK: Operators

    /// - Returns: whether it is done.
    func roll(out next: NetworkSchema) -> Bool {
        // One that was cut off may have been done: nobody writes another document of the same number.
        let next = tried?.version == next.version ? tried ?? next : next
        tried = next
        guard rollOutAgain(), let daemon, daemon.apply(next) else { return false }
        schema = next.ordered(like: schema)
        versions.append(next)
        return true
    }

    /// What its file lacks of the versions that were rolled out once, and that no store gave back.
    ///
    /// - Returns: whether it has them all.
    func rollOutAgain() -> Bool {
        guard let daemon, !daemon.isPaused else { return false }
        return !mayLackVersions || versions.allSatisfy { daemon.apply($0) }
    }

    /// A backup; stores are told how far it goes, and keep what is above.
    func backUp(writes: Int) -> Bool {
        guard let daemon, !daemon.isPaused else { return false }
        let made = Backup(files: disk.snapshot(), account: world.hubAccount, writes: writes, at: world.now)
        guard daemon.backUp() else { return false }
        backup = made
        return true
    }

    /// Its disk is lost, and the backup put in its place; parts of changesets under way are in no backup.
    func restore(_ backup: Backup) throws {
        restore(backup.files)
        let process = disk.start()
        for file in ["changes.db", "changes.db-wal", "changes.db-shm"] {
            try run(process) { try process.remove("\(disk.root)/\(file)") }
        }
        world.hubAccount = backup.account
        isRestored = true
        mayLackVersions = true
    }

    // MARK: What its daemon did

    func didMerge(_ report: MergeReport) {
        world.counts.operations += report.operations
        merged()
    }

    func count(_ report: MergeReport) {
        world.counts.conflicts += report.conflicts
        world.counts.quarantined += report.quarantined
    }
}
