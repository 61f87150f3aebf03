import ChangeLog
import Replica
import Retail
import Synchronization

/// The retail desk of a machine, as one of its processes has it: the daemons' own, on the simulated disk and clock.
final class SimulatedDesk {
    /// A desk asks for the time from wherever it is.
    private final class Clock: Sendable {
        let milliseconds = Mutex<Int64>(0)
    }

    private unowned let machine: Machine
    private let clock = Clock()
    private var open: (desk: RetailDesk, connection: Connection)?

    init(_ machine: Machine) { self.machine = machine }

    /// What was done last wrote something.
    private(set) var hasWritten = false

    /// Uses the desk as a process of the machine.
    ///
    /// - Throws: `RetailError`; what the replica says when it cannot be opened.
    func use<Result>(_ process: SimulatedProcess, _ body: (RetailDesk) throws -> Result) throws -> Result {
        try machine.run(process) {
            clock.milliseconds.withLock { $0 = machine.wallMilliseconds }
            let (desk, connection) = try opened()
            let before = try connection.use { sql in sql.rowsWritten }
            let result = try body(desk)
            hasWritten = try connection.use { sql in sql.rowsWritten } != before
            return result
        }
    }

    /// Its process ended.
    func forget() { open = nil }

    private func opened() throws -> (RetailDesk, Connection) {
        if let open { return open }
        let connection = try Connection(
            path: StoreReplica.replicaPath(machine.disk.root),
            pragmas: ReplicaPragmas.hubWriter
        )
        let desk = try RetailDesk(connection, node: machine.name) { [clock] in clock.milliseconds.withLock { $0 } }
        open = (desk, connection)
        return (desk, connection)
    }
}
