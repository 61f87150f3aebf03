import ChangeLog
import Replica
import SessionWork
import SyncSession

/// A store's daemon in virtual time: the duties of its shell, with the session, the errands and the replica of the
/// real one.
///
///     till ──commit──▶ replica ──a few ms──▶ seal ──▶ session ──▶ hub
///     till ◀───────── replica ◀── apply ◀── staged ◀── session ◀── hub
final class StoreDaemon: Daemon {
    /// How long a foreign commit waits for its seal.
    private static let noticedMilliseconds: ClosedRange<Int64> = 1...12

    /// Without anything that happened, housekeeping comes so often.
    private static let idleMilliseconds: Int64 = 600_000

    let store: StoreMachine
    private(set) var replica: StoreReplica?
    private lazy var work = WorkLine(self)
    private var link: StoreLink?
    private var backoff = Backoff()
    private var chance: Chance
    private var isSealDue = false
    private lazy var trade = DaemonTrade(self)
    private var isHouseDue = false
    /// Something failed; housekeeping tries again.
    private var isInTrouble = false

    init(_ store: StoreMachine, run: Int) {
        self.store = store
        // A copy draws sites and pauses of its own.
        chance = store.world.chance("daemon \(MachineName.text(store.name, copy: store.copyNumber)) \(run)")
        super.init(store)
    }

    override func open() throws {
        let opened = try store.run(process) { try StoreReplica(directory: store.disk.root, files: process) }
        opened.mistakes = world.planted?.mistakes ?? []
        replica = opened
    }

    override func begin() {
        captureSeen()
        later(chance.between(1...50)) { [weak self] in self?.dial() }
        keepHouseAnyway()
        trade.begin()
    }

    override func end() {
        super.end()
        link?.abandon()
        link = nil
        replica = nil
    }

    override func vanish() { link?.vanish() }

    /// It seals, too.
    override func stop() {
        link?.end(Bye(.shutdown, "the store's daemon stops"))
        if let replica {
            do {
                try store.run(process) {
                    replica.clocksRead(store.moment)
                    _ = try replica.seal(wallMilliseconds: store.wallMilliseconds)
                    try replica.close()
                }
            } catch {
                if process.isAlive { trouble(error, "stop") }
            }
        }
        end()
    }

    var isOnline: Bool { link?.isOnline ?? false }

    // MARK: The replica's thread

    /// Does a piece of work on the replica in its turn.
    ///
    /// - Parameters:
    ///   - failed: hears of an error, once the work's time is over.
    ///   - then: hears what came of it.
    func submit<Result>(
        _ what: String,
        failed: ((any Error) -> Void)? = nil,
        _ body: @escaping (StoreReplica) throws -> Result,
        then: @escaping (Result) -> Void
    ) {
        work.submit { [weak self] in
            guard let self, let replica else { return nil }
            do {
                let result = try store.run(process) { try body(replica) }
                return endIfKilled() ? nil : { then(result) }
            } catch {
                if endIfKilled() { return nil }
                isInTrouble = true
                houseSoon()
                trouble(error, what)
                return { failed?(error) }
            }
        }
    }

    // MARK: Sealing and housekeeping

    override func captureSeen() {
        guard !isSealDue, world.planted != .neverSeal || world.now < 3_600_000 else { return }
        isSealDue = true
        later(chance.between(Self.noticedMilliseconds)) { [weak self] in self?.seal() }
    }

    private func seal() {
        isSealDue = false
        submit("seal") { [store] replica in
            replica.clocksRead(store.moment)
            let header = try replica.seal(wallMilliseconds: store.wallMilliseconds)
            if let header { store.didSeal(header) }
            return header
        } then: { [weak self] header in
            if let header { self?.link?.handle(.sealed(upTo: header.number)) }
        }
        houseSoon()
    }

    /// Housekeeping comes within a second of what may need it, and now and then.
    func houseSoon() {
        guard !isHouseDue else { return }
        isHouseDue = true
        later(1_000) { [weak self] in self?.keepHouse() }
    }

    private func keepHouse() {
        isHouseDue = false
        if isInTrouble {
            isInTrouble = false
            captureSeen()
        }
        let isConnected = isOnline
        submit("housekeeping") { [store] replica in
            let granted = isConnected ? try replica.shareGrants() : 0
            _ = try replica.tidy(wallMilliseconds: store.wallMilliseconds)
            return granted
        } then: { [weak self] granted in
            if granted > 0 { self?.captureSeen() }
        }
    }

    private func keepHouseAnyway() {
        later(Self.idleMilliseconds) { [weak self] in
            self?.houseSoon()
            self?.keepHouseAnyway()
        }
    }

    // MARK: The link

    private func dial() {
        submit("hello", failed: { [weak self] _ in self?.redialLater() }) { replica in
            Hello(try replica.hello(), program: "linli sim")
        } then: { [weak self] hello in
            guard let self else { return }
            world.network.dial(from: store.line) { [weak self] dialled in
                self?.turn { [weak self] in self?.dialled(dialled, hello) }
            }
        }
    }

    private func dialled(_ dialled: Network.Dialled, _ hello: Hello) {
        switch dialled {
        case .failed: redialLater()
        case .connected(let connection):
            let link = StoreLink(self, connection, hello: hello)
            self.link = link
            link.begin()
            // What was sealed since the hello was read.
            if let replica { link.handle(.sealed(upTo: replica.lastSealed)) }
        }
    }

    private func redialLater(after sequel: SessionError.Sequel? = nil) {
        let usual = chance.between(backoff.failed())
        let pause = Backoff.wait(usual: usual, after: sequel, thaw: chance.between(Backoff.thawMilliseconds))
        later(pause) { [weak self] in self?.dial() }
    }

    /// The link is gone.
    func left(_ link: StoreLink, why: String, ending: SessionError?, wasOnline: Bool) {
        guard self.link === link else { return }
        self.link = nil
        store.note(.disconnected(why))
        if wasOnline { backoff.succeeded() }
        if let history = ending?.history { return fork(history) }
        redialLater(after: ending?.sequel)
    }

    /// The hub found this replica to be a copy, or an older state of its site: it becomes a site of its own, and dials
    /// again at once.
    private func fork(_ history: ForkHistory) {
        let fresh = SiteID(chance.identity())
        submit("fork", failed: { [weak self] _ in self?.redialLater() }) { [store] replica in
            replica.clocksRead(store.moment)
            let forking = try replica.fork(history, as: fresh, wallMilliseconds: store.wallMilliseconds)
            if case .newSite(let kept) = forking { store.became(fresh, kept: kept, hub: store.world.hubAccount) }
        } then: { [weak self] in
            self?.dial()
        }
    }
}
