import ChangeLog

/// A daemon's process: it works in turns, until it ends.
///
///     alive ⇄ paused (SIGSTOP): turns wait, and all come when it goes on
///     alive or paused ─→ ended: no turn comes any more
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
}
