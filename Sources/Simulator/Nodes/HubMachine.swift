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
