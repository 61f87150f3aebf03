import ChangeLog
import Replica
import Retail
import SyncSession

/// A simulated machine: a disk, a clock, its daemon while one runs, and its applications.
///
///     up ─kill, power loss, stop→ down ─start→ up
///
/// Law: one daemon runs at a time; what was planned for an earlier start counts no more.
class Machine {
    let world: World
    let name: NodeName
    /// Which of the run's boxes it is: a copy has its original's name, and is another box.
    let box: Int
    let disk: SimulatedDisk
    var clock = NodeClock()
    /// What its processes' work takes.
    private var pace: Chance
    private(set) var running: Daemon?
    private(set) lazy var till = Till(self)
    private(set) lazy var clerk = Clerk(self)
    private(set) lazy var observer = Observer(self)
    private var runs = 0
    private var starts = 0

    init(_ world: World, name: NodeName) {
        self.world = world
        self.name = name
        box = world.takeBox()
        disk = SimulatedDisk(root: "/linli-sim-\(box)-\(name)", opensAnew: world.opensAnew)
        pace = world.chance("pace \(box) \(name)")
    }

    /// The network's stores, as a desk at this machine asks for them; only a hub knows any.
    func standings(_ process: SimulatedProcess) throws -> [StoreStanding] { [] }

    /// Its applications find a replica.
    var isWritable: Bool { true }

    /// What its clients are told binds the network. A copy's word does not, nor that of a store that takes part no more,
    /// except for what the hub has.
    var isSure: Bool { true }

    /// Which copy of a machine it is; nil for one that is none.
    var copyNumber: Int? { nil }

    /// Something stands in its files that nobody wrote: whatever fails there is excused.
    var isDamaged = false

    var excusesFailures: Bool { isDamaged || world.tolerance.brokenDisks }

    /// How often its replica was set back: what was read before says nothing of what is read after.
    private(set) var lifetime = 0

    func wasSetBack() { lifetime += 1 }

    /// The daemon's next process. A machine's own kind says which.
    func makeDaemon(run: Int) -> Daemon { Daemon(self) }

    /// Something happened to its processes, or their files: whom that disturbs.
    func disturbed() { world.disturbances.struck(nil, at: world.now) }

    /// An application committed.
    func committed() { running?.captureSeen() }

    // MARK: Time

    var moment: Moment {
        Moment(monotonicMilliseconds: world.now + 1_000, wallMilliseconds: clock.wall(at: world.now))
    }

    var wallMilliseconds: Int64 { clock.wall(at: world.now) }

    /// How long one piece of work takes.
    func drawWork() -> Int64 { pace.between(0...4) }

    // MARK: Processes

    /// Runs `body` as a process of this machine.
    func run<Result>(_ process: SimulatedProcess, _ body: () throws -> Result) throws -> Result {
        disk.clockMilliseconds = wallMilliseconds
        return try process.run(body)
    }

    func note(_ what: Happening.What) { world.trace.note(name, copy: copyNumber, what) }

    func start() {
        guard running == nil else { return }
        disturbed()
        runs += 1
        let daemon = makeDaemon(run: runs)
        do {
            try daemon.open()
            guard daemon.process.isAlive else { throw ReplicaError.notANode(directory: disk.root) }
            running = daemon
            note(.started)
            daemon.begin()
        } catch {
            note(.failed("start: \(error)"))
            // One that was killed while it opened its replica has failed at nothing.
            if daemon.process.isAlive, !excusesFailures {
                let broken = Broken(expected: "a replica that opens", found: "\(error)", subject: "start of \(name)")
                world.broken(.soundness, at: name, broken)
            }
            daemon.end()
            startLater(5_000)
        }
    }

    /// The supervisor starts it after a while.
    func startLater(_ delayMilliseconds: Int64) {
        starts += 1
        world.queue.plan(after: delayMilliseconds) { [weak self, starts] in
            guard let self, starts == self.starts else { return }
            start()
        }
    }

    /// kill -9. The applications go on.
    func kill() {
        guard let running else { return }
        running.process.kill()
        daemonDied()
    }

    /// The process is gone, by a kill or by its disk.
    func daemonDied() {
        disturbed()
        note(.killed)
        letGo()
        startLater(1_000)
    }

    /// The machine loses power: nobody says goodbye, and what was not synced is at the seed's mercy.
    func losePower(_ loss: PowerLoss, seed: UInt64) {
        disk.losePower(loss, seed: seed)
        note(.powerLost)
        running?.vanish()
        letGo()
        till.forget()
        clerk.forget()
        observer.forget()
    }

    /// Its files are those of an older time, or another box's. Nothing runs until it is started.
    func restore(_ snapshot: DiskSnapshot) {
        disk.restore(snapshot)
        running?.vanish()
        letGo()
        till.forget()
        clerk.forget()
        observer.forget()
        wasSetBack()
    }

    /// SIGTERM.
    func stop() {
        guard let running else { return }
        running.stop()
        // Its own disk may have ended it on the way.
        if running === self.running {
            note(.stopped)
            letGo()
        }
    }

    private func letGo() {
        running?.end()
        running = nil
    }

    /// The run is over: nobody holds anybody any more.
    func dismiss() {
        letGo()
        till.forget()
        clerk.forget()
        observer.forget()
    }

    func pause() {
        running?.pause()
        note(.paused)
    }

    func resume() {
        guard let running, running.isPaused else { return }
        note(.resumed)
        running.resume()
    }
}
