import ChangeLog
import Foundation
import Rehearsal
import Testing

/// The verbs in which stories of the retail network are told, by HTTP and by plain SQL.
extension World {
    /// The catalogue, and goods at each store in thousandths of each product; the hub's part of the rights is there.
    func openShops(_ goods: [String: [String: Int64]], price: Int64 = 1_000) async throws {
        let skus = Set(goods.values.flatMap(\.keys)).sorted()
        let products = skus.map { "{\"sku\":\"\($0)\",\"name\":\"\($0)\"}" }.joined(separator: ",")
        let prices = skus.map { "{\"sku\":\"\($0)\",\"amount\":\(price)}" }.joined(separator: ",")
        let hub = try await client("hub")
        try await hub.done("set-products", "{\"products\":[\(products)]}")
        try await hub.done("set-prices", "{\"list\":\"first\",\"valid_from\":1,\"prices\":[\(prices)]}")
        for (store, units) in goods.sorted(by: { $0.key < $1.key }) {
            let lines = units.sorted { $0.key < $1.key }.map { "{\"sku\":\"\($0.key)\",\"quantity\":\($0.value)}" }
            try await client(store).done("receive", "{\"lines\":[\(lines.joined(separator: ","))]}")
        }
        try await eventually("the hub lists every store") {
            try till("hub").number("SELECT count(*) FROM store") == network.storeNames.count
        }
        try network.settle()
        // Three tenths, in whole units, move to the hub without anyone asking.
        for (store, units) in goods {
            for (sku, quantity) in units where quantity >= 4_000 {
                try await eventually("the hub has its part of \(sku) at \(store)") {
                    try network.settle([store])
                    return try self.rights(of: "hub", to: sku, at: store) >= quantity * 3 / 10 / 1_000 * 1_000
                }
            }
        }
        try network.settle()
    }

    /// Units of a product at a store that a node may promise, as the hub knows it.
    func rights(of node: String, to sku: String, at store: String) throws -> Int64 {
        try till("hub").number(
            """
            SELECT units FROM linli_rights WHERE "table" = 'stock' AND "key" = json_array(?, ?) AND node = ?
            """,
            Value(store),
            Value(sku),
            Value(node)
        )
    }

    /// Waits for what comes by itself.
    func eventually(
        _ what: String,
        seconds: Int = 20,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("not in \(seconds) s: \(what)", sourceLocation: sourceLocation)
    }

    /// Exceptions that a node shows, each kind with its number.
    func exceptions(at node: String) async throws -> [String: Int] {
        let listed = try await client(node).get("/v1/exceptions").list("exceptions")
        return Dictionary(grouping: listed) { $0["exception"] as? String ?? "" }.mapValues(\.count)
    }

    /// Each stock row is right: on_hand is the sum of its moves, and available, promised and overdrawn add up to it. At
    /// every node.
    func expectStockAddsUp(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for node in nodes {
            let broken = try till(node).rows(
                """
                SELECT s.store_id, s.sku, s.on_hand, s.available, s.overdrawn,
                  (SELECT coalesce(sum(l.quantity), 0) FROM stock_ledger l WHERE l.store_id = s.store_id AND l.sku = s.sku)
                    AS moved,
                  (SELECT coalesce(sum(p.quantity), 0) FROM promise p WHERE p.store_id = s.store_id AND p.sku = s.sku)
                    AS promised
                FROM stock s WHERE s.on_hand <> moved OR s.on_hand <> s.available + promised - s.overdrawn
                """
            )
            #expect(broken.isEmpty, "at \(node)", sourceLocation: sourceLocation)
        }
    }

    /// A node's process is killed and started again.
    func crash(_ nodes: String...) async throws { for node in nodes { try await restart(node) } }
}
