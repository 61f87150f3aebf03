import ChangeLog
import Replica

/// Invariant 1 for the trade: every sale, move and order of which a client was told stands at the hub exactly once and
/// whole, and nothing stands there that no client wrote.
final class RetailLedgerChecker: Checker {
    let invariant = Invariant.nothingLost
    private unowned let trade: RetailWorkload
    private let judge: LedgerJudge

    init(_ trade: RetailWorkload) {
        self.trade = trade
        judge = LedgerJudge(trade.ledger)
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in
            try checkSales(sql)
            try checkMoves(sql)
            try checkOrders(sql)
            try checkTransfers(sql)
        }
    }

    private func checkSales(_ sql: SQL) throws {
        let there = try sql.texts("SELECT id FROM sale")
        let payments = try sql.texts("SELECT sale_id || ' ' || amount FROM payment")
        let lines = try lines(sql, "SELECT sale_id, sku, quantity, amount FROM sale_line ORDER BY sale_id, line")
        for sale in trade.sales {
            let isThere = there.contains(sale.id)
            try judge.one(isThere, sale.write, "sale \(sale.id)")
            guard isThere else { continue }
            try expect(lines[sale.id] ?? [], words(sale.lines), sale.write, "lines of sale \(sale.id)")
            let paid = "\(sale.id) \(sale.total)"
            if !payments.contains(paid) {
                throw Broken(expected: "a payment", found: "none", subject: "sale \(sale.id)", write: sale.write)
            }
        }
        try judge.noOther(there, trade.sales.map { $0.id }, "sale")
    }

    private func checkMoves(_ sql: SQL) throws {
        let there = try sql.texts("SELECT id FROM stock_move")
        for move in trade.moves { try judge.one(there.contains(move.id), move.write, "stock_move \(move.id)") }
        try judge.noOther(there, trade.moves.map { $0.id }, "stock_move")
    }

    private func checkOrders(_ sql: SQL) throws {
        let there = try sql.texts("SELECT id FROM customer_order")
        let handedOver = try sql.texts("SELECT id FROM customer_order WHERE handed_over_at IS NOT NULL")
        let cancelled = try sql.texts("SELECT id FROM customer_order WHERE cancelled_at IS NOT NULL")
        let lines = try lines(sql, "SELECT order_id, sku, quantity, amount FROM order_line ORDER BY order_id, line")
        for order in trade.orders {
            let isThere = there.contains(order.id)
            try judge.one(isThere, order.write, "order \(order.id)")
            guard isThere else { continue }
            try expect(lines[order.id] ?? [], words(order.lines), order.write, "lines of order \(order.id)")
            try judge.any(handedOver.contains(order.id), order.handedOver, "order \(order.id) handed over")
            try judge.any(cancelled.contains(order.id), order.cancelled, "order \(order.id) cancelled")
        }
        try judge.noOther(there, trade.orders.map { $0.id }, "order")
    }

    private func checkTransfers(_ sql: SQL) throws {
        let sent = try sql.texts("SELECT id FROM transfer")
        let lines = try sql.texts("SELECT transfer_id || ' ' || sku || ' ' || quantity FROM transfer_line")
        for transfer in trade.transfers {
            let isThere = sent.contains(transfer.id)
            try judge.one(isThere, transfer.write, "transfer \(transfer.id)")
            let line = "\(transfer.id) \(RetailSQL.name(transfer.sku)) \(transfer.quantity)"
            guard isThere != lines.contains(line) else { continue }
            throw Broken(
                expected: isThere ? "its line" : "no line without it",
                found: isThere ? "none" : "one",
                subject: "transfer \(transfer.id)",
                write: transfer.write
            )
        }
        try judge.noOther(sent, trade.transfers.map { $0.id }, "transfer")
        let received = try sql.texts("SELECT id FROM transfer_receipt")
        for receipt in trade.receipts {
            try judge.one(received.contains(receipt.id), receipt.write, "transfer_receipt \(receipt.id)")
        }
        try judge.noOther(received, trade.receipts.map { $0.id }, "transfer_receipt")
    }

    private func expect(_ found: [String], _ wanted: [String], _ write: Int, _ subject: String) throws {
        if found != wanted {
            throw Broken(expected: "\(wanted)", found: "\(found)", subject: subject, write: write)
        }
    }

    private func words(_ lines: [RetailWorkload.Line]) -> [String] {
        lines.map { "\(RetailSQL.name($0.sku)) \($0.quantity) \($0.amount)" }
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
