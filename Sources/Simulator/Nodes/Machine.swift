import ChangeLog
import SyncSession

/// A simulated machine: a disk, a clock, and the processes that run there.
class Machine {
    let world: World
    let name: NodeName
    let disk: SimulatedDisk
    var clock = NodeClock()
    /// What its processes' work takes.
    private var pace: Chance

    init(_ world: World, name: NodeName) {
        self.world = world
        self.name = name
        disk = SimulatedDisk(root: "/linli-sim-\(name)")
        pace = world.chance("pace \(name)")
    }

    var moment: Moment {
        Moment(monotonicMilliseconds: world.now + 1_000, wallMilliseconds: clock.wall(at: world.now))
    }

    var wallMilliseconds: Int64 { clock.wall(at: world.now) }

    /// Runs `body` as a process of this machine.
    func run<Result>(_ process: SimulatedProcess, _ body: () throws -> Result) throws -> Result {
        disk.clockMilliseconds = wallMilliseconds
        return try process.run(body)
    }

    func note(_ what: Happening.What) { world.trace.note(name, what) }

    /// How long one piece of work takes.
    func drawWork() -> Int64 { pace.between(0...4) }
}
