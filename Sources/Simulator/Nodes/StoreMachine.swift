import ChangeLog
import Replica
import SessionWork
import SyncSession

/// A store's machine.
final class StoreMachine: Machine {
    let index: Int
    let site: SiteID
    let region: String
    /// A checkpoint was committed.
    var applied: () -> Void = {}

    init(_ world: World, index: Int, name: NodeName, region: String, site: SiteID) {
        (self.index, self.site, self.region) = (index, site, region)
        super.init(world, name: name)
    }

    override func makeDaemon(run: Int) -> Daemon { StoreDaemon(self, run: run) }

    var daemon: StoreDaemon? { running as? StoreDaemon }

    override func dismiss() {
        super.dismiss()
        applied = {}
    }

    // MARK: What its daemon did

    func didSeal(_ header: ChangesetHeader) {
        world.counts.changesets += 1
        note(.sealed(header.number.number))
    }

    func did(_ errand: StoreErrand, _ event: StoreSession.Event?) {
        switch (errand, event) {
        case (.acknowledged(let number), _): note(.acknowledged(number.number))
        case (.apply(let checkpoint), .applied(let cursor, _)):
            world.counts.checkpoints += 1
            note(
                .applied(
                    position: cursor.position.number,
                    included: checkpoint.included.number,
                    isComplete: checkpoint.isComplete
                )
            )
            applied()
        default: break
        }
    }
}
