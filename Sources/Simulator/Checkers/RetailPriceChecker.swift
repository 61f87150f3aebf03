import ChangeLog
import Replica

/// Invariant 3 for the trade, its second half: the version of a price never goes back at one node.
final class RetailPriceChecker: Checker {
    let invariant = Invariant.monotonicReads
    private unowned let trade: RetailWorkload
    /// By node, its lifetime and product, the greatest version that was read there.
    private var seen: [Place: [String: Int64]] = [:]

    private struct Place: Hashable {
        var node: NodeName
        var lifetime: Int
    }

    init(_ trade: RetailWorkload) { self.trade = trade }

    func check(_ snapshot: Snapshot) throws {
        let place = Place(node: snapshot.node, lifetime: snapshot.lifetime)
        var seen = seen[place] ?? [:]
        for price in try snapshot.prices.prices(snapshot.sql) {
            // A version that went with the hub's disk counts no more.
            guard stands(price.version) else { continue }
            if let before = seen.updateValue(price.version, forKey: price.sku), stands(before), price.version < before {
                throw Broken(
                    expected: "version \(before) or later, as read before",
                    found: "version \(price.version)",
                    subject: "price of \(price.sku)"
                )
            }
        }
        self.seen[place] = seen
    }

    private func stands(_ version: Int64) -> Bool {
        let changes = trade.prices
        guard changes.indices.contains(Int(version)) else { return true }
        return trade.ledger.fate(of: changes[Int(version)].write) == .committed
    }
}
