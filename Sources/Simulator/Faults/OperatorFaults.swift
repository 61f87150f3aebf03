import ChangeLog
import NetworkSchema
import Replica

/// Orders of an impatient operator that change the network for good.
extension FaultField {
    /// So many versions in a run: each is written down whole at every node.
    private static let versionsMax = 6
    /// Between two versions; nobody rolls them out as often as lines are cut.
    private static let versionPauses: Int64 = 6
    /// The hub has noticed by then that a store is away.
    private static let untilReclaimed: Int64 = 30_000

    /// For good; never the last but one, so that there is a network.
    func retire(_ store: StoreMachine) -> String? {
        let hub = neighbourhood.hub
        guard !store.isRetired, !store.isGone, !store.isDamaged, neighbourhood.members.count > 1,
            workload.survivesLostDisks,
            chance.perMille(250), let daemon = hub.daemon, !daemon.isPaused
        else { return nil }
        let releases = chance.perMille(500)
        let site = store.site
        // An order without an answer may have been done, and is given again.
        let isAnswered = daemon.retire(store.name, releases: releases)
        // What it has not handed in stays with it.
        let ledger = workload.ledger
        ledger.forget(store.box, store.safeWrites(world.hubAccount)..<ledger.entries.count)
        ledger.mayOverspend(store.index)
        fenced.remove(store.index)
        frozen.remove(store.index)
        store.retire()
        if !isAnswered { orderAgain() }
        return "site \(site), rights \(releases ? "released" : "frozen")"
    }

    /// The store is cut off, and meanwhile it may promise what nobody has heard of.
    func reclaim(_ store: StoreMachine) -> String? {
        guard !store.isRetired, !store.isGone, workload.survivesLostDisks else { return nil }
        let spell = Self.untilReclaimed + drawSpell()
        let lines = [world.network.lines[store.index]]
        set(lines, up: true, down: true)
        after(Self.untilReclaimed) { [weak self] in self?.takeRights(of: store) }
        after(spell) { [weak self] in self?.mend(lines, up: true, down: true) }
        return "after \(Self.untilReclaimed) ms of \(spell)"
    }

    /// Not of one that is there: its rights move by themselves.
    private func takeRights(of store: StoreMachine) {
        guard !store.isRetired, !store.isGone, let daemon = neighbourhood.hub.daemon, !daemon.isPaused,
            !daemon.isOnline(store.name)
        else { return }
        // Without an answer it may have been done.
        guard daemon.reclaim(store.name)?.wasFenced ?? true else { return }
        workload.ledger.mayOverspend(store.index)
        rejoinOnceEmpty(store, site: store.site)
    }

    func rollOut() -> String? {
        let hub = neighbourhood.hub
        guard hub.versions.count < Self.versionsMax,
            rolledOutAt.map({ world.now - $0 >= Self.versionPauses * meanPause }) ?? true,
            let next = SchemaGrowth.next(after: hub.schema, place: chance.below(1_000)), hub.roll(out: next)
        else { return nil }
        _ = workload.ledger.write("the first row under version \(next.version)", at: hub, hub.till) { sql in
            try sql.execute(
                "INSERT INTO \(SchemaGrowth.name(next.version))(id, text) VALUES ('first', 'v\(next.version)')"
            )
        }
        hub.committed()
        rolledOutAt = world.now
        return "version \(next.version)"
    }
}
