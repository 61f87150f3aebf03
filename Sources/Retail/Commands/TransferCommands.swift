/// Goods that go from one store to another, each end offline when it likes.
enum TransferCommands {
    static let all: [RetailCommand] = [
        .change(
            "transfer-out",
            at: .store,
            [.manager],
            "Sends goods to another store; needs the rights to them, as a promise does.",
            [
                Field("to", .name, "the other store"), .optional("note", .note, "a note"),
                StockCommands.lines("quantity", .quantity, "thousandths that go"),
            ]
        ) { try send($0, $1) },
        .change(
            "transfer-in",
            at: .store,
            [.till, .manager],
            "Takes in what another store sent: what did arrive, product by product.",
            [
                Field("transfer", .name, "the transfer's id"),
                StockCommands.lines(
                    "quantity",
                    .integer(0...Quantity.thousandthsMax),
                    "thousandths that arrived; 0 for none"
                ),
            ]
        ) { try takeIn($0, $1) },
    ]

    private static func send(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let to = request.text("to")
        guard to != work.node, try work.row("SELECT 1 FROM store WHERE store_id = ?1", to) != nil else {
            throw RetailError(.notFound, to, "there is no other store \(to)", cure: "name a store of the network")
        }
        let transfer = try work.id(
            "INSERT INTO transfer(from_store, to_store, note, sent_at) VALUES (?1, ?2, ?3, ?4) RETURNING id",
            work.node,
            to,
            request.textIfAny("note"),
            work.now
        )
        for (number, line) in request.list("lines").enumerated() {
            do {
                try work.run(
                    """
                    INSERT INTO transfer_line(transfer_id, line, from_store, sku, quantity) VALUES (?1, ?2, ?3, ?4, ?5)
                    """,
                    transfer,
                    number + 1,
                    work.node,
                    line.text("sku"),
                    line.integer("quantity")
                )
            } catch { throw NoRights.named(line.text("sku"), error) }
        }
        return ["transfer": .text(transfer), "to": .text(to)]
    }

    private static func takeIn(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let id = request.text("transfer")
        let transfer = try work.row("SELECT from_store, to_store, received_at FROM transfer WHERE id = ?1", id)
        guard let transfer, transfer.text(1) == work.node else {
            throw RetailError(
                .notFound,
                id,
                "no transfer \(id) to \(work.node) is known here",
                cure: "take the goods in with `receive` when the sender's word never comes"
            )
        }
        guard transfer.integerIfAny(2) == nil else {
            throw RetailError(.notNow, id, "the transfer \(id) was taken in already", cure: "count what differs")
        }
        for line in request.list("lines") {
            try work.run(
                """
                INSERT INTO transfer_receipt(transfer_id, from_store, to_store, sku, quantity, received_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """,
                id,
                transfer.text(0),
                work.node,
                line.text("sku"),
                line.integer("quantity"),
                work.now
            )
        }
        let mismatches = try work.rows(
            "SELECT sku, sent, received, difference FROM exception_transfer_mismatch WHERE id = ?1 ORDER BY sku",
            id
        )
        return [
            "transfer": .text(id),
            "mismatches": .list(mismatches.map { $0.object(["sku", "sent", "received", "difference"]) }),
        ]
    }
}

/// A promise that a replica refused, named by the product.
enum NoRights {
    static func named(_ sku: String, _ error: any Error) -> any Error {
        guard let error = error as? ReplicaFault, error.isNoRights else { return error }
        return RetailError(
            .noRights,
            sku,
            "\(sku) may not be promised here in this quantity",
            cure: "offer less, or another store; rights move by themselves"
        )
    }
}
