import ChangeLog

/// A daemon's process: it works in turns, until it ends.
///
///     alive ⇄ paused (SIGSTOP): turns wait, and all come when it goes on
///     alive or paused ─→ ended: no turn comes any more
///
/// What it does when it opens, begins, stops and vanishes is its kind's.
class Daemon {
    let machine: Machine
    let process: SimulatedProcess
    private(set) var isEnded = false
    private(set) var isPaused = false
    private var waiting: [() -> Void] = []

    init(_ machine: Machine) {
        self.machine = machine
        process = machine.disk.start()
    }

    var world: World { machine.world }

    // MARK: A kind's own

    /// Opens the replica.
    ///
    /// - Throws: what the replica says when it cannot be opened.
    func open() throws {}

    /// The replica is open.
    func begin() {}

    /// An application's commit was noticed.
    func captureSeen() {}

    /// SIGTERM: says goodbye, finishes, closes, ends.
    func stop() { end() }

    /// The machine has no power: the peers hear nothing.
    func vanish() {}

    // MARK: Turns

    /// A turn now, or when the process goes on.
    func turn(_ body: @escaping () -> Void) {
        guard !isEnded else { return }
        if isPaused { waiting.append(body) } else { body() }
    }

    /// A turn after a while.
    func later(_ delayMilliseconds: Int64, _ body: @escaping () -> Void) {
        world.queue.plan(after: delayMilliseconds) { [weak self] in self?.turn(body) }
    }

    func pause() { isPaused = true }

    func resume() {
        guard isPaused else { return }
        isPaused = false
        let turns = waiting
        waiting = []
        for body in turns { turn(body) }
    }

    /// Nothing of the process happens any more. What it had open is to be let go of by who knows it.
    func end() {
        isEnded = true
        waiting = []
    }

    // MARK: Failures

    /// The disk ended the process in the middle of its work.
    func endIfKilled() -> Bool {
        guard !process.isAlive else { return false }
        if !isEnded { machine.daemonDied() }
        return true
    }

    /// Work on the replica failed, which only a broken disk excuses.
    func trouble(_ error: any Error, _ what: String) {
        machine.disturbed()
        machine.note(.failed("\(what): \(error)"))
        guard !machine.excusesFailures else { return }
        world.broken(.soundness, at: machine.name, Broken(expected: "no failure", found: "\(error)", subject: what))
    }
}
