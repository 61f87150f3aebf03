/// An order as it stands at this node.
struct OpenOrder {
    let id: String
    let store: String
    let isCancelled: Bool
    let isHandedOver: Bool
    private let work: Work

    /// - Throws: `RetailError.notFound`.
    init(_ id: String, _ work: Work) throws {
        let row = try work.row(
            "SELECT store_id, cancelled_at, handed_over_at FROM customer_order WHERE id = ?1",
            id
        )
        guard let row else {
            throw RetailError(
                .notFound,
                id,
                "there is no order \(id) here",
                cure: work.isHub ? "look it up by its id" : "it may be another store's by now; ask the hub"
            )
        }
        (self.id, self.work) = (id, work)
        store = row.text(0)
        isCancelled = row.integerIfAny(1) != nil
        isHandedOver = row.integerIfAny(2) != nil
    }

    func refuseUnlessOpen() throws {
        guard !isHandedOver, !isCancelled else {
            throw RetailError(
                .notNow,
                id,
                "the order \(id) is \(isHandedOver ? "handed over" : "cancelled")",
                cure: "nothing more is to be done with it"
            )
        }
    }

    func lines() throws -> JSONValue {
        let rows = try work.rows(
            """
            SELECT l.line, l.sku, p.name, l.quantity, l.amount FROM order_line l LEFT JOIN product p USING (sku)
            WHERE l.order_id = ?1 ORDER BY l.line
            """,
            id
        )
        return .list(rows.map { $0.object(["line", "sku", "name", "quantity", "amount"]) })
    }

    /// The stores that it moved between, as far as they are known here.
    func takeOvers() throws -> JSONValue {
        let rows = try work.rows(
            "SELECT from_store, to_store, taken_over_at, reason FROM take_over WHERE order_id = ?1 ORDER BY taken_over_at, id",
            id
        )
        return .list(rows.map { $0.object(["from", "to", "at", "reason"]) })
    }

    /// A pick-up code that no open order of the store has. SQLite draws it, from the system's chance; in a simulated run
    /// from the seed's.
    static func freshCode(at store: String, _ work: Work) throws -> String {
        for _ in 0..<codeDrawsMax {
            let drawn = try work.row("SELECT random()")?.integer(0) ?? 0
            let code = PickupCode(drawn: UInt64(bitPattern: drawn)).description
            let taken = try work.row(
                "SELECT 1 FROM customer_order WHERE open_at = ?1 AND pickup_code = ?2",
                store,
                code
            )
            if taken == nil { return code }
        }
        throw RetailError(
            .notNow,
            store,
            "\(store) has too many open orders for another pick-up code",
            cure: "hand some over, or cancel them"
        )
    }

    /// With half a million open orders one draw in two is free.
    private static let codeDrawsMax = 60
}

/// What orders were paid and given back.
enum OrderMoney {
    /// - Returns: the payment's id; of one that is there already with this reference, that one's.
    @discardableResult
    static func pay(
        _ order: String,
        _ amount: Int64,
        _ method: String,
        reference: String?,
        transaction: String?,
        _ work: Work
    ) throws -> String {
        if let reference {
            _ = try PaymentReference(reference)
            let there = try work.row(
                "SELECT id, amount FROM order_payment WHERE order_id = ?1 AND reference = ?2",
                order,
                reference
            )
            if let there {
                guard there.integer(1) == amount else {
                    throw RetailError(
                        .notNow,
                        reference,
                        "the payment \(reference) was of \(there.integer(1)) 分, not \(amount)",
                        cure: "make a new reference for another payment"
                    )
                }
                return there.text(0)
            }
        }
        return try work.id(
            """
            INSERT INTO order_payment(order_id, method, amount, reference, "transaction", paid_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id
            """,
            order,
            method,
            amount,
            reference,
            transaction,
            work.now
        )
    }

    static func standing(of order: String, _ work: Work) throws -> JSONValue {
        let row = try work.row(
            "SELECT id, store_id, status, due, paid, refunded FROM customer_order WHERE id = ?1",
            order
        )
        return row?.object(["order", "store", "status", "due", "paid", "refunded"]) ?? .null
    }
}
