import ChangeLog
import Replica
import SessionWork
import SyncSession

/// A store's machine.
final class StoreMachine: Machine {
    let index: Int
    /// Of its present replica.
    var site = SiteID(0)
    let region: String
    /// Changesets that were sealed and not acknowledged, with the moment.
    private var unacknowledged: [(number: ChangesetNumber, at: Int64)] = []
    var oldestUnacknowledged: (number: ChangesetNumber, at: Int64)? { unacknowledged.first }
    /// A checkpoint was committed, or something sealed.
    var changed: () -> Void = {}

    /// Its disk is lost, and it has not joined again.
    private(set) var isGone = false
    /// Of the run's writes those before it are not looked for at this store: it was born later.
    private(set) var bornWrites = 0
    /// Writes of the run up to here that this store made are at the hub.
    private(set) var safeWrites = 0
    /// How many writes of the run were done when a changeset was sealed.
    private var writesSealed: [(number: ChangesetNumber, writes: Int)] = []
    /// Of the run, so far.
    var writesDone: () -> Int = { 0 }

    init(_ world: World, index: Int, name: NodeName, region: String) {
        (self.index, self.region) = (index, region)
        super.init(world, name: name)
    }

    override var isWritable: Bool { !isGone }

    override func makeDaemon(run: Int) -> Daemon { StoreDaemon(self, run: run) }

    override func disturbed() { world.disturbances.struck(index, at: world.now) }

    var daemon: StoreDaemon? { running as? StoreDaemon }

    override func dismiss() {
        super.dismiss()
        changed = {}
    }

    // MARK: Its disk

    func loseDisk() {
        losePower(.whole, seed: 0)
        disk.lose()
        isGone = true
        unacknowledged = []
        writesSealed = []
    }

    /// It has a replica again, of a new site and with nothing in it.
    func rejoined(writes: Int) {
        (isGone, bornWrites) = (false, writes)
        start()
    }

    override func start() { if !isGone { super.start() } }

    // MARK: What its daemon did

    func didSeal(_ header: ChangesetHeader) {
        world.counts.changesets += 1
        unacknowledged.append((header.number, world.now))
        writesSealed.append((header.number, writesDone()))
        note(.sealed(header.number.number))
        changed()
    }

    func did(_ errand: StoreErrand, _ event: StoreSession.Event?) {
        switch (errand, event) {
        case (.acknowledged(let number), _):
            unacknowledged.removeAll { $0.number <= number }
            if let last = writesSealed.last(where: { $0.number <= number }) { safeWrites = last.writes }
            writesSealed.removeAll { $0.number <= number }
            note(.acknowledged(number.number))
        case (.apply(let checkpoint), .applied(let cursor, _)):
            world.counts.checkpoints += 1
            note(
                .applied(
                    position: cursor.position.number,
                    included: checkpoint.included.number,
                    isComplete: checkpoint.isComplete
                )
            )
            changed()
        default: break
        }
    }
}
