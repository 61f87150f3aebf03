import ChangeLog
import NetworkSchema

/// What clients do in a run, and what they were told.
protocol Workload: AnyObject {
    var schema: NetworkSchema { get }
    var ledger: Ledger { get }
    /// What is promised beyond what holds for every schema.
    var checkers: [any Checker] { get }

    /// Writes what is there at first, and plans what comes.
    func begin(in neighbourhood: Neighbourhood)

    /// Nobody writes any more.
    func end()
}
