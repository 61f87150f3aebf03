import ChangeLog
import Replica
import SessionWork
import SyncSession

/// A store's machine; or a copy of one, with its name, its site and a line of its own.
final class StoreMachine: Machine {
    let index: Int
    /// On which it dials the hub.
    let line: Int
    /// It came to be as a copy of the store's machine.
    let isCopy: Bool
    /// Of its present replica.
    var site = SiteID(0)
    let region: String
    /// Changesets that were sealed and not acknowledged, with the moment.
    private var unacknowledged: [(number: ChangesetNumber, at: Int64)] = []
    var oldestUnacknowledged: (number: ChangesetNumber, at: Int64)? { unacknowledged.first }
    /// A checkpoint was committed, or something sealed.
    var changed: () -> Void = {}
    /// A session began, and the store may spend no rights until the next checkpoint.
    var froze: () -> Void = {}

    /// Its disk is lost, and it has not joined again.
    private(set) var isGone = false
    /// An operator retired it.
    private(set) var isRetired = false
    /// Of the run's writes those before it are not looked for at this store: it was born later.
    private(set) var bornWrites = 0
    /// Writes of the run that are in its change log, or not yet made; the others may be at the hub alone. In order.
    private var kept = [0..<Int.max]
    private var seals = SealAccount()
    /// Of the run, so far.
    var writesDone: () -> Int = { 0 }

    init(_ world: World, index: Int, name: NodeName, region: String, line: Int? = nil, isCopy: Bool = false) {
        (self.index, self.region, self.isCopy, self.line) = (index, region, isCopy, line ?? index)
        super.init(world, name: name)
    }

    override var isWritable: Bool { !isGone }
    override var isSure: Bool { !isCopy && !isRetired && !isDamaged }

    override var copyNumber: Int? { isCopy ? box : nil }

    override func makeDaemon(run: Int) -> Daemon { StoreDaemon(self, run: run) }

    override func disturbed() { world.disturbances.struck(index, at: world.now) }

    var daemon: StoreDaemon? { running as? StoreDaemon }

    override func dismiss() {
        super.dismiss()
        (changed, froze) = ({}, {})
    }

    // MARK: Its disk

    func loseDisk() {
        losePower(.whole, seed: 0)
        disk.lose()
        (isGone, isDamaged) = (true, false)
        unacknowledged = []
    }

    /// A byte of its files is not what was written.
    func damage() {
        isDamaged = true
        unacknowledged = []
    }

    /// It has a replica again, of a new site and with nothing in it.
    func rejoined() {
        isGone = false
        bornWrites = writesDone()
        kept = [bornWrites..<Int.max]
        wasSetBack()
        start()
    }

    override func start() { if !isGone { super.start() } }

    // MARK: An image of it

    /// Its files, and what they hold.
    struct Image {
        let files: DiskSnapshot
        let site: SiteID
        /// Of the run, when it was made.
        let writes: Int
        fileprivate let kept: [Range<Int>]
        fileprivate let seals: SealAccount
    }

    func image() -> Image {
        let writes = writesDone()
        return Image(
            files: disk.snapshot(),
            site: site,
            writes: writes,
            kept: kept.map { $0.clamped(to: 0..<writes) }.filter { !$0.isEmpty },
            seals: seals
        )
    }

    /// Its files are those of the image. What the hub has of it since, it has.
    func take(_ image: Image) {
        restore(image.files)
        site = image.site
        if isCopy { seals = image.seals }
        bornWrites = writesDone()
        kept = image.kept + [bornWrites..<Int.max]
        unacknowledged = []
    }

    /// The operator wants it no more; whatever it says now reaches nobody.
    func retire() {
        isRetired = true
        unacknowledged = []
    }

    // MARK: What its daemon did

    /// Writes of the run before this one that it made are at the hub.
    func safeWrites(_ hub: HubAccount) -> Int { seals.safeWrites(hub) }

    /// Of its writes, those that would be lost with a hub that has this account: neither there nor in its change log.
    func lostWrites(with hub: HubAccount) -> [Range<Int>] {
        var lost: [Range<Int>] = []
        var from = safeWrites(hub)
        for range in isGone || isRetired ? [] : kept where range.upperBound > from {
            if range.lowerBound > from { lost.append(from..<range.lowerBound) }
            from = range.upperBound
        }
        if from < Int.max { lost.append(from..<Int.max) }
        return lost
    }

    func didSeal(_ header: ChangesetHeader) {
        world.counts.changesets += 1
        if isSure { unacknowledged.append((header.number, world.now)) }
        seals.sealed(header, writes: writesDone())
        note(.sealed(header.number.number))
        changed()
    }

    /// Its replica turned out to be a copy, or an older state, and is a new site now.
    func became(_ site: SiteID, kept: Int, hub: HubAccount) {
        // What the hub has of the former site stands in no change log any more.
        let safe = safeWrites(hub)
        self.kept = self.kept.map { $0.clamped(to: safe..<Int.max) }.filter { !$0.isEmpty }
        seals.became(site, kept: kept, writes: writesDone())
        self.site = site
        unacknowledged = []
        disturbed()
        note(.forked(site, kept: kept))
    }

    func did(_ errand: StoreErrand, _ event: StoreSession.Event?) {
        switch (errand, event) {
        case (.acknowledged(let number), _):
            unacknowledged.removeAll { $0.number <= number }
            note(.acknowledged(number.number))
        case (.begin(_, freezesRights: true), _): froze()
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
