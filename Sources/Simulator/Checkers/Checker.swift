import ChangeLog
import NetworkSchema
import Replica

/// One invariant, judged over snapshots of replicas and the run's ledger.
///
/// Law: a checker only reads. What it finds broken it throws as `Broken`.
protocol Checker: AnyObject {
    var invariant: Invariant { get }

    /// One snapshot of one node, while faults go on.
    func check(_ snapshot: Snapshot) throws

    /// The whole network at rest: everything is acknowledged, and nobody writes.
    func checkAtRest(_ neighbourhood: Neighbourhood) throws
}

extension Checker {
    func check(_ snapshot: Snapshot) throws {}
    func checkAtRest(_ neighbourhood: Neighbourhood) throws {}
}

/// What a checker sees of one node at one moment.
struct Snapshot {
    let node: NodeName
    /// Nil at the hub.
    let store: Int?
    let sql: SQL
    /// Writes of the run before this one are not to be looked for at this store alone: it joined later.
    var bornWrites = 0
    /// Grows when the node's replica is set back to an older time.
    var lifetime = 0
    /// Of the retail trade: several checkers look at them, and reading them is dear.
    let prices = PriceList()

    /// The first column of the first row.
    func integer(_ query: String) throws -> Int64? {
        let statement = try sql.statement(query)
        defer { statement.reset() }
        return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
    }
}
