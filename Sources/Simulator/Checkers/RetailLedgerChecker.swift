import ChangeLog
import Replica

/// Invariant 1 for the trade: every sale, move and order of which a client was told stands at the hub exactly once and
/// whole, and nothing stands there that no client wrote.
final class RetailLedgerChecker: Checker {
    let invariant = Invariant.nothingLost
    private unowned let trade: RetailWorkload

    init(_ trade: RetailWorkload) { self.trade = trade }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            try checkSales(sql)
            try checkMoves(sql)
            try checkOrders(sql)
        }
    }

    private func checkSales(_ sql: SQL) throws {
        let there = try texts(sql, "SELECT id FROM sale")
        let payments = try texts(sql, "SELECT sale_id || ' ' || amount FROM payment")
        let lines = try lines(sql, "SELECT sale_id, sku, quantity, amount FROM sale_line ORDER BY sale_id, line")
        for sale in trade.sales {
            let isThere = there.contains(sale.id)
            try judge(isThere, sale.write, "sale \(sale.id)")
            guard isThere else { continue }
            try expect(lines[sale.id] ?? [], words(sale.lines), sale.write, "lines of sale \(sale.id)")
            let paid = "\(sale.id) \(sale.lines.reduce(0) { $0 + $1.amount })"
            if !payments.contains(paid) {
                throw Broken(expected: "a payment", found: "none", subject: "sale \(sale.id)", write: sale.write)
            }
        }
        try expectNoOther(there, trade.sales.map { $0.id }, "sale")
    }

    private func checkMoves(_ sql: SQL) throws {
        let there = try texts(sql, "SELECT id FROM stock_move")
        for move in trade.moves { try judge(there.contains(move.id), move.write, "stock_move \(move.id)") }
        try expectNoOther(there, trade.moves.map { $0.id }, "stock_move")
    }

    private func checkOrders(_ sql: SQL) throws {
        let there = try texts(sql, "SELECT id FROM customer_order")
        let handedOver = try texts(sql, "SELECT id FROM customer_order WHERE handed_over_at IS NOT NULL")
        let cancelled = try texts(sql, "SELECT id FROM customer_order WHERE cancelled_at IS NOT NULL")
        let lines = try lines(sql, "SELECT order_id, sku, quantity, amount FROM order_line ORDER BY order_id, line")
        for order in trade.orders {
            let isThere = there.contains(order.id)
            try judge(isThere, order.write, "order \(order.id)")
            guard isThere else { continue }
            try expect(lines[order.id] ?? [], words(order.lines), order.write, "lines of order \(order.id)")
            try judge(handedOver.contains(order.id), order.handedOver, "order \(order.id) handed over")
            try judge(cancelled.contains(order.id), order.cancelled, "order \(order.id) cancelled")
        }
        try expectNoOther(there, trade.orders.map { $0.id }, "order")
    }

    // MARK: Judging

    private func judge(_ isThere: Bool, _ write: Int, _ subject: String) throws {
        switch trade.ledger.fate(of: write) {
        case .committed where !isThere:
            throw Broken(expected: "it was acknowledged", found: "the hub lacks it", subject: subject, write: write)
        case .refused where isThere:
            throw Broken(expected: "it was refused", found: "the hub has it", subject: subject, write: write)
        default: break
        }
    }

    /// Set by any of several writes.
    private func judge(_ isThere: Bool, _ writes: [Int], _ subject: String) throws {
        if !isThere, let write = writes.first(where: { trade.ledger.fate(of: $0) == .committed }) {
            throw Broken(expected: "it was acknowledged", found: "the hub lacks it", subject: subject, write: write)
        }
        if isThere, writes.isEmpty {
            throw Broken(expected: "nobody wrote it", found: "the hub has it", subject: subject)
        }
    }

    private func expect(_ found: [String], _ wanted: [String], _ write: Int, _ subject: String) throws {
        if found != wanted {
            throw Broken(expected: "\(wanted)", found: "\(found)", subject: subject, write: write)
        }
    }

    private func expectNoOther(_ there: Set<String>, _ known: [String], _ table: String) throws {
        guard let stranger = there.subtracting(known).min() else { return }
        throw Broken(expected: "nobody wrote it", found: "the hub has it", subject: "\(table) \(stranger)")
    }

    private func words(_ lines: [RetailWorkload.Line]) -> [String] {
        lines.map { "\(RetailWorkload.name($0.sku)) \($0.quantity) \($0.amount)" }
    }

    private func texts(_ sql: SQL, _ query: String) throws -> Set<String> {
        let row = try sql.statement(query)
        var texts: Set<String> = []
        while try row.step() { texts.insert(row.string(0)) }
        return texts
    }

    private func lines(_ sql: SQL, _ query: String) throws -> [String: [String]] {
        let row = try sql.statement(query)
        var lines: [String: [String]] = [:]
        while try row.step() {
            lines[row.string(0), default: []].append("\(row.string(1)) \(row.integer(2)) \(row.integer(3))")
        }
        return lines
    }
}
