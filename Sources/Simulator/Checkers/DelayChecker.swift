import ChangeLog
import Replica

/// Invariant 7, its second half: a store that nothing disturbed is served, whatever happens to the others. What it
/// sealed is acknowledged within two minutes, once it and the hub were left alone for three: the longest pause between
/// two dials, and the silence after which a dead connection is given up.
final class DelayChecker: Checker {
    private static let leftAloneMilliseconds: Int64 = 180_000
    private static let servedWithinMilliseconds: Int64 = 120_000

    let invariant = Invariant.blastRadius
    private unowned let neighbourhood: Neighbourhood

    init(_ neighbourhood: Neighbourhood) { self.neighbourhood = neighbourhood }

    func check(_ snapshot: Snapshot) throws {
        let now = neighbourhood.world.now
        for store in neighbourhood.stores {
            guard let oldest = store.oldestUnacknowledged, now - oldest.at > Self.servedWithinMilliseconds else {
                continue
            }
            guard let since = neighbourhood.world.disturbances.leftAloneSince(store.index),
                now - since > Self.leftAloneMilliseconds
            else { continue }
            throw Broken(
                expected:
                    "it is acknowledged within \(Self.servedWithinMilliseconds / 1000) s: nothing disturbs its store",
                found: "it waits since \((now - oldest.at) / 1000) s",
                subject: "changeset \(oldest.number) of \(store.name)"
            )
        }
    }
}
