import ChangeLog
import Replica

/// Someone who looks at a machine's replica from outside, for the checkers; what it reads is one snapshot.
final class Observer {
    private unowned let machine: Machine
    private var connection: Connection?

    init(_ machine: Machine) { self.machine = machine }

    func look<Result>(_ body: (SQL) throws -> Result) throws -> Result {
        try machine.run(machine.disk.observer) {
            let open =
                try connection
                ?? Connection(
                    path: StoreReplica.replicaPath(machine.disk.root),
                    pragmas: ReplicaPragmas.reader
                )
            connection = open
            // What `body` throws is its own, and not for the replica to translate.
            var result: Swift.Result<Result, any Error>?
            try open.read { sql in result = Swift.Result { try body(sql) } }
            guard let result else { preconditionFailure("a read that succeeds has run its body") }
            return try result.get()
        }
    }

    /// The files may be others from now on.
    func forget() { connection = nil }
}
