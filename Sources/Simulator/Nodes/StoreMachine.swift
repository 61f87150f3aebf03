import ChangeLog
import Replica
import SessionWork
import SyncSession

/// A store: its machine, its daemon while one runs, and its till.
///
///     up ─kill, power loss, stop→ down ─start→ up
final class StoreMachine: Machine {
    let index: Int
    let site: SiteID
    let region: String
    private(set) var daemon: StoreDaemon?
    private(set) lazy var till = Till(self)
    private(set) lazy var observer = Observer(self)
    private var runs = 0
    private var starts = 0
    /// A checkpoint was committed.
    var applied: () -> Void = {}
    private(set) var lastSealed = ChangesetNumber.none

    init(_ world: World, index: Int, name: NodeName, region: String, site: SiteID) {
        (self.index, self.site, self.region) = (index, site, region)
        super.init(world, name: name)
    }

    // MARK: The daemon's life

    func start() {
        guard daemon == nil else { return }
        runs += 1
        let daemon = StoreDaemon(self, run: runs)
        do {
            try daemon.open()
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

    /// kill -9. The till goes on.
    func kill() {
        guard let daemon else { return }
        daemon.process.kill()
        daemonDied()
    }

    /// The process is gone, by a kill or by its disk.
    func daemonDied() {
        note(.killed)
        letGo()
        // A daemon that its disk killed is started again by the machine's supervisor.
        startLater(1_000)
    }

    /// The machine loses power: nobody says goodbye, and what was not synced is at the seed's mercy.
    func losePower(_ loss: PowerLoss, seed: UInt64) {
        disk.losePower(loss, seed: seed)
        note(.powerLost)
        daemon?.vanish()
        letGo()
        till.forget()
        observer.forget()
    }

    /// SIGTERM.
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
        applied = {}
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

    func didSeal(_ header: ChangesetHeader) {
        world.counts.changesets += 1
        lastSealed = header.number
        note(.sealed(header.number.number))
    }

    func did(_ errand: StoreErrand, _ event: StoreSession.Event?, _ replica: StoreReplica) {
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
