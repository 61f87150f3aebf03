import ChangeLog
import NetworkSchema
import Replica

/// The hub: its machine, its daemon while one runs, and its applications.
final class HubMachine: Machine {
    private(set) var daemon: HubDaemon?
    private(set) lazy var till = Till(self)
    private(set) lazy var observer = Observer(self)
    private var runs = 0
    private var starts = 0
    private var identities: Chance
    private var regions: [(store: NodeName, region: String)] = []
    /// Changesets were merged.
    var merged: () -> Void = {}

    init(_ world: World) {
        identities = world.chance("identities")
        super.init(world, name: .hub)
    }

    /// An epoch, a site or a tag.
    func drawIdentity() -> UInt64 { identities.identity() }

    func region(of store: NodeName) -> String { regions.first { $0.store == store }?.region ?? "" }

    // MARK: The beginning

    func found(_ schema: NetworkSchema) throws {
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

    /// Registers a store, and makes its replica.
    func enrol(_ store: StoreMachine, _ schema: NetworkSchema) throws {
        regions.append((store.name, store.region))
        guard let daemon, let replica = daemon.replica else { return }
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
            plan: SchemaPlan(schema)
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
    }

    // MARK: The daemon's life

    func start() {
        guard daemon == nil else { return }
        runs += 1
        let daemon = HubDaemon(self, run: runs)
        do {
            try daemon.open(epoch: Epoch(drawIdentity()))
            guard daemon.process.isAlive else { throw ReplicaError.notANode(directory: disk.root) }
            self.daemon = daemon
            note(.started)
            daemon.begin()
        } catch {
            note(.failed("start: \(error)"))
            // One that was killed while it opened its replica has failed at nothing.
            if daemon.process.isAlive, !world.tolerance.brokenDisks {
                let broken = Broken(expected: "a replica that opens", found: "\(error)", subject: "start of \(name)")
                world.broken(.soundness, at: name, broken)
            }
            daemon.end()
            startLater(5_000)
        }
    }

    /// The supervisor starts it after a while; what was planned before counts no more.
    func startLater(_ delayMilliseconds: Int64) {
        starts += 1
        world.queue.plan(after: delayMilliseconds) { [weak self, starts] in
            guard let self, starts == self.starts else { return }
            start()
        }
    }

    /// kill -9. The hub's applications go on.
    func kill() {
        guard let daemon else { return }
        daemon.process.kill()
        daemonDied()
    }

    /// The process is gone, by a kill or by its disk.
    func daemonDied() {
        note(.killed)
        letGo()
        startLater(1_000)
    }

    func losePower(_ loss: PowerLoss, seed: UInt64) {
        disk.losePower(loss, seed: seed)
        note(.powerLost)
        daemon?.vanish()
        letGo()
        till.forget()
        observer.forget()
    }

    func stop() {
        guard let daemon else { return }
        daemon.stop()
        if daemon === self.daemon {
            note(.stopped)
            letGo()
        }
    }

    private func letGo() {
        daemon?.end()
        daemon = nil
    }

    /// The run is over: nobody holds anybody any more.
    func dismiss() {
        letGo()
        merged = {}
        till.forget()
        observer.forget()
    }

    func pause() {
        daemon?.pause()
        note(.paused)
    }

    func resume() {
        guard let daemon, daemon.isPaused else { return }
        note(.resumed)
        daemon.resume()
    }

    // MARK: What its daemon did

    func committed() { daemon?.captureSeen() }

    func didMerge(_ report: MergeReport) {
        world.counts.operations += report.operations
        merged()
    }

    func count(_ report: MergeReport) {
        world.counts.conflicts += report.conflicts
        world.counts.quarantined += report.quarantined
    }
}
