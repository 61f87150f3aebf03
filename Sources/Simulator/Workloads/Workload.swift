import ChangeLog
import NetworkSchema

/// What clients do in a run, and what they were told.
protocol Workload: AnyObject {
    var schema: NetworkSchema { get }
    var ledger: Ledger { get }
    /// What is promised beyond what holds for every schema.
    var checkers: [any Checker] { get }

    /// What a hostile store may try.
    var forgeries: [Forgery] { get }

    /// Rows of its own that a vendor's program writes, and no check allows.
    var wrongRows: [Forgery] { get }
    /// Writes a day and store, about.
    var daily: Int { get }
    /// Whether a store may lose its disk: what it had not handed in is gone, which this workload can tell.
    var survivesLostDisks: Bool { get }

    /// The retail trade's daemons go their rounds so often; nil: they have none.
    var tradeRoundMilliseconds: Int64? { get }
    /// Nothing strikes before: what a scenario begins with is there then.
    var calmMilliseconds: Int64 { get }

    /// What clients still wait for, or a daemon still has to do; nil when nothing.
    func unrest(in neighbourhood: Neighbourhood) throws -> String?

    /// One more write of a store, now.
    func writeOnce(at store: StoreMachine)

    /// Writes what is there at first, and plans what comes.
    func begin(in neighbourhood: Neighbourhood)

    /// Nobody writes any more.
    func end()
}

extension Workload {
    var forgeries: [Forgery] { [] }
    var wrongRows: [Forgery] { [] }
    var survivesLostDisks: Bool { true }
    var tradeRoundMilliseconds: Int64? { nil }
    var calmMilliseconds: Int64 { 0 }
    func unrest(in neighbourhood: Neighbourhood) throws -> String? { nil }
}
