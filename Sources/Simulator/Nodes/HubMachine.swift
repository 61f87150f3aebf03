import ChangeLog
import NetworkSchema
import Replica

/// The hub's machine.
final class HubMachine: Machine {
    private var identities: Chance
    private var regions: [(store: NodeName, region: String)] = []
    /// Changesets were merged.
    var merged: () -> Void = {}

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

    /// Registers a store, or invites it anew, and makes its replica under a new site.
    ///
    /// - Returns: false when the hub is down, and nothing was done.
    func enrol(_ store: StoreMachine, _ schema: NetworkSchema) throws -> Bool {
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
        return true
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
