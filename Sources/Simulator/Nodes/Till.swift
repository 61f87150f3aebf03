import ChangeLog
import Replica

/// An application on a machine: a process of its own, with a plain SQLite connection to the replica.
///
/// Law: what `write` calls committed was told to a customer.
final class Till {
    enum Outcome {
        case committed
        /// The replica said no, with its words; nothing of the transaction stands.
        case refused(String)
        /// The process or the disk failed in the middle: all of it stands, or nothing.
        case unanswered

        var isCommitted: Bool { if case .committed = self { true } else { false } }
        var isRefused: Bool { if case .refused = self { true } else { false } }
    }

    private unowned let machine: Machine
    private var process: SimulatedProcess
    private var connection: Connection?
    private var writes = 0

    init(_ machine: Machine) {
        self.machine = machine
        process = machine.disk.start()
    }

    /// One transaction.
    func write(_ body: (SQL) throws -> Void) -> Outcome {
        writes += 1
        switch machine.world.planted {
        case .lostCommit where writes % 60 == 59: return .committed
        case .falseRefusal where writes % 60 == 59:
            let outcome = commit(body)
            if case .committed = outcome { return .refused("planted") }
            return outcome
        default: return commit(body)
        }
    }

    private func commit(_ body: (SQL) throws -> Void) -> Outcome {
        do {
            try machine.run(process) {
                let connection = try open()
                try connection.write(body)
            }
            return process.isAlive ? .committed : .unanswered
        } catch let error as ReplicaError {
            if process.isAlive, error.primaryCode == Self.constraint { return .refused("\(error.message)") }
            return failed(error)
        } catch {
            return failed(error)
        }
    }

    /// Asks the replica something; nil when it could not be asked.
    func read<Result>(_ body: (SQL) throws -> Result) -> Result? {
        guard machine.isWritable else { return nil }
        do { return try machine.run(process) { try open().read(body) } } catch {
            _ = failed(error)
            return nil
        }
    }

    /// The process ended, with the machine or alone; the next write begins another.
    func forget() {
        if process.isAlive { process.kill() }
        connection = nil
        process = machine.disk.start()
    }

    private func open() throws -> Connection {
        if let connection { return connection }
        let fresh = try Connection(
            path: StoreReplica.replicaPath(machine.disk.root),
            pragmas: ["PRAGMA synchronous = FULL", "PRAGMA foreign_keys = OFF"]
        )
        connection = fresh
        return fresh
    }

    private func failed(_ error: any Error) -> Outcome {
        machine.note(.failed("an application: \(error)"))
        if process.isAlive, !machine.excusesFailures {
            let broken = Broken(expected: "a plain write succeeds", found: "\(error)", subject: "an application")
            machine.world.broken(.soundness, at: machine.name, broken)
        }
        // After a failed sync SQLite writes over what it could not sync, unless all connections end: the next one reads
        // from memory what the disk does not have, and a power loss takes all that came after it.
        if !process.isAlive || !isOfDisk(error) { forget() }
        return .unanswered
    }

    private func isOfDisk(_ error: any Error) -> Bool {
        guard let code = (error as? ReplicaError)?.primaryCode else { return false }
        return code == Self.inputOutput || code == Self.full
    }

    private static let constraint: Int32 = 19
    private static let inputOutput: Int32 = 10
    private static let full: Int32 = 13
}

extension ReplicaError {
    /// SQLite's own words, where it spoke.
    fileprivate var message: String { if case .sqlite(_, let message, _) = self { message } else { "\(self)" } }
}
