import ChangeLog
import Replica

/// Goods that go from store to store: sent by the one, received by the other once it knows of them.
extension RetailWorkload {
    func sendTransfer(_ store: StoreMachine) {
        let place = store.index
        guard chances.count > 1 else { return }
        let to = (place + 1 + chances[place].below(chances.count - 1)) % chances.count
        let (sku, quantity) = (chances[place].below(products), 1_000 * chances[place].between(1...4))
        let id = "\(store.name)-t\(transfers.count)"
        let made = ledger.write("transfer \(id)", at: store, store.till) { sql in
            try RetailSQL.send(
                id,
                from: store.name,
                to: Self.storeName(to),
                sku: sku,
                quantity: quantity,
                at: store.wallMilliseconds,
                sql
            )
        }
        transfers.append(
            Transfer(write: made.number, from: place, to: to, id: id, sku: sku, quantity: quantity)
        )
    }

    func receiveTransfer(_ store: StoreMachine) {
        let waiting = transfers.indices.filter { transfers[$0].to == store.index && !transfers[$0].isReceived }
        guard !waiting.isEmpty else { return }
        let place = chances[store.index].pick(waiting)
        let transfer = transfers[place]
        let id = "\(store.name)-r\(receipts.count)"
        var isKnown = false
        let made = ledger.write("transfer_receipt \(id)", at: store, store.till) { sql in
            isKnown = try RetailSQL.receive(id, transfer: transfer.id, at: store.wallMilliseconds, sql)
        }
        guard isKnown, made.fate != .refused else { return }
        transfers[place].isReceived = true
        receipts.append(TransferReceipt(write: made.number, transfer: place, id: id))
    }
}

extension RetailSQL {
    static func send(
        _ id: String,
        from store: NodeName,
        to other: String,
        sku: Int,
        quantity: Int64,
        at now: Int64,
        _ sql: SQL
    ) throws {
        let transfer = try sql.statement(
            "INSERT INTO transfer(id, from_store, to_store, sent_at) VALUES (?1, ?2, ?3, ?4)"
        )
        try transfer.bind(1, id).bind(2, store.text).bind(3, other).bind(4, now).run()
        let line = try sql.statement(
            "INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity) VALUES (?1, 1, ?2, ?3, ?4)"
        )
        try line.bind(1, id).bind(2, store.text).bind(3, name(sku)).bind(4, quantity).run()
    }

    /// - Returns: whether the transfer is known here.
    static func receive(_ id: String, transfer: String, at now: Int64, _ sql: SQL) throws -> Bool {
        let receipt = try sql.statement(
            """
            INSERT INTO transfer_receipt(id, transfer_id, from_store, to_store, sku, quantity, received_at) \
            SELECT ?1, t.id, t.from_store, t.to_store, l.sku, l.quantity, ?3 \
            FROM transfer t JOIN transfer_line l ON l.transfer_id = t.id WHERE t.id = ?2
            """
        )
        try receipt.bind(1, id).bind(2, transfer).bind(3, now).run()
        return sql.changes > 0
    }
}
