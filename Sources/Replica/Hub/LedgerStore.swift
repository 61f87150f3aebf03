import ChangeLog
import NetworkSchema

/// Who holds which units of the escrow columns of one table: `linli_held_T` for the hub's own, `linli_others_T` for
/// everyone else's.
///
/// Law: for each row and escrow column the units add up to the column minus its floor, and none is negative; so every
/// verb here goes with a write of the column, in one transaction. A holder with no units may stand there with 0.
final class LedgerStore {
    private let plan: TablePlan
    private let keys: Int
    /// The column names, as they stand in `linli_others_T`.
    private let names: [Value]
    private let held: Statement
    private let others: Statement
    private let putHeld: [Statement]
    private let putOther: Statement
    private let addOther: Statement
    private let dropHeld: Statement
    private let dropOthers: Statement
    private let sql: SQL

    init(_ sql: SQL, plan: TablePlan) throws(ReplicaError) {
        self.sql = sql
        self.plan = plan
        let keys = plan.key.count
        self.keys = keys
        names = plan.escrow.map { .text(plan.column(ofCell: $0).name) }
        let (heldTable, othersTable) = (plan.internalTable("held"), plan.internalTable("others"))
        let key = plan.key.joined(separator: ", ")
        let parameters = (1...keys).map { "?\($0)" }.joined(separator: ", ")
        let keyIs = plan.keyIsParameters()
        let cells = plan.escrow.map { plan.cells[$0] }
        held = try sql.statement("SELECT \(cells.joined(separator: ", ")) FROM \(heldTable) WHERE \(keyIs)")
        others = try sql.statement("SELECT \"column\", node, units FROM \(othersTable) WHERE \(keyIs)")
        putHeld = try cells.map { cell throws(ReplicaError) in
            try sql.statement(
                """
                INSERT INTO \(heldTable) (\(key), \(cell)) VALUES (\(parameters), ?\(keys + 1))
                ON CONFLICT DO UPDATE SET \(cell) = excluded.\(cell)
                """
            )
        }
        putOther = try sql.statement(
            """
            INSERT INTO \(othersTable) (\(key), "column", node, units)
            VALUES (\(parameters), ?\(keys + 1), ?\(keys + 2), ?\(keys + 3))
            ON CONFLICT DO UPDATE SET units = excluded.units
            """
        )
        addOther = try sql.statement(
            """
            UPDATE \(othersTable) SET units = units + ?\(keys + 3)
            WHERE \(keyIs) AND "column" = ?\(keys + 1) AND node = ?\(keys + 2) AND units + ?\(keys + 3) >= 0
            """
        )
        dropHeld = try sql.statement("DELETE FROM \(heldTable) WHERE \(keyIs)")
        dropOthers = try sql.statement("DELETE FROM \(othersTable) WHERE \(keyIs)")
    }

    /// By escrow column, in the order of `TablePlan.escrow`.
    func load(_ key: [Value]) throws(ReplicaError) -> [Ledger] {
        var holdings = Array(repeating: [(holder: String, units: Int64)](), count: names.count)
        held.bindKey(key)
        if try held.step() {
            for place in names.indices { holdings[place].append((NodeName.hub.text, held.integer(place))) }
            held.reset()
        }
        others.bindKey(key)
        while try others.step() {
            guard let place = names.firstIndex(of: others.value(0)) else { continue }
            holdings[place].append((others.string(1), others.integer(2)))
        }
        var ledgers: [Ledger] = []
        for one in holdings {
            guard let ledger = Ledger(one) else { throw .damaged(what: "linli_others_\(plan.table.name)") }
            ledgers.append(ledger)
        }
        return ledgers
    }

    /// The rows of which a holder other than the hub has units, in order of key.
    func keys(of holder: String) throws(ReplicaError) -> [[Value]] {
        let key = plan.key.joined(separator: ", ")
        let rows = try sql.statement(
            "SELECT DISTINCT \(key) FROM \(plan.internalTable("others")) WHERE node = ?1 AND units > 0 ORDER BY \(key)"
        )
        rows.bind(1, holder)
        var found: [[Value]] = []
        while try rows.step() { found.append(rows.values(from: 0, count: keys)) }
        return found
    }

    /// Writes what differs.
    func save(_ after: [Ledger], before: [Ledger], of key: [Value]) throws(ReplicaError) {
        for place in names.indices where after[place] != before[place] {
            var holders = after[place].holdings.map(\.holder)
            for old in before[place].holdings where after[place].units(of: old.holder) == 0 {
                holders.append(old.holder)
            }
            for holder in holders where after[place].units(of: holder) != before[place].units(of: holder) {
                try put(holder, after[place].units(of: holder), place: place, of: key)
            }
        }
    }

    /// A spend or a mint of a holder other than the hub, when nobody else is concerned. False, and nothing was done:
    /// the holder has less, or is not known.
    func move(_ units: Int64, of holder: String, place: Int, key: [Value]) throws(ReplicaError) -> Bool {
        addOther.bindKey(key)
        try addOther.bind(keys + 1, names[place]).bind(keys + 2, holder).bind(keys + 3, units).run()
        return sql.changes == 1
    }

    func drop(_ key: [Value]) throws(ReplicaError) {
        dropHeld.bindKey(key)
        try dropHeld.run()
        dropOthers.bindKey(key)
        try dropOthers.run()
    }

    private func put(_ holder: String, _ units: Int64, place: Int, of key: [Value]) throws(ReplicaError) {
        if holder == NodeName.hub.text {
            putHeld[place].bindKey(key)
            try putHeld[place].bind(keys + 1, units).run()
        } else {
            putOther.bindKey(key)
            try putOther.bind(keys + 1, names[place]).bind(keys + 2, holder).bind(keys + 3, units).run()
        }
    }
}
