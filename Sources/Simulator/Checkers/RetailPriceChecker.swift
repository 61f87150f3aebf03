import ChangeLog
import Replica

/// Invariant 3 for the trade, its second half: the version of a price never goes back at one node.
final class RetailPriceChecker: Checker {
    let invariant = Invariant.monotonicReads
    /// By node and product, the greatest version that was read there.
    private var seen: [String: Int64] = [:]

    func check(_ snapshot: Snapshot) throws {
        let row = try snapshot.sql.statement("SELECT sku, amount - \(RetailWorkload.firstPrice) FROM price")
        defer { row.reset() }
        while try row.step() {
            let key = "\(snapshot.node) \(row.string(0))"
            let version = row.integer(1)
            if let before = seen[key], version < before {
                throw Broken(
                    expected: "version \(before) or later, as read before",
                    found: "version \(version)",
                    subject: "price of \(row.string(0))"
                )
            }
            seen[key] = version
        }
    }
}
