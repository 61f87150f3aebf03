/// A customer who is forgotten: contacts, pseudonym and notes go from every order, at every node that has them.
///
/// What was sold, paid and handed over stays, and holds no personal data; so does the hub's journal, which has only
/// hashes of what stores wrote, so that its chain stays valid. The stores' change logs keep what was written until they
/// are trimmed: they are what a restored hub is given back.
enum EraseCommand {
    static let all: [RetailCommand] = [
        .change(
            "erase",
            at: .hub,
            [.manager],
            """
            Erases a customer from every order, at every node: contacts, pseudonym and notes, also where they are quoted in \
            conflicts and in the quarantine. Change logs keep what was written until they are trimmed.
            """,
            [Field("customer", .name, "the customer's pseudonym")]
        ) { try erase($0.text("customer"), $1) }
    ]

    private static func erase(_ customer: String, _ work: Work) throws -> JSONValue {
        // A digest of a request that held a phone number would tell the number to whoever tries all of them.
        try work.run(
            """
            UPDATE command_done SET request = 'erased' WHERE command = 'order' AND json_extract(answer, '$.order')
              IN (SELECT id FROM customer_order WHERE customer = ?1)
            """,
            customer
        )
        let contacts = try work.run(
            "DELETE FROM order_contact WHERE order_id IN (SELECT id FROM customer_order WHERE customer = ?1)",
            customer
        )
        let orders = try work.run(
            "UPDATE customer_order SET customer = NULL, note = NULL WHERE customer = ?1",
            customer
        )
        let refused = try Quotations.forget(customer, work)
        try Quotations.forget(work)
        return [
            "orders": .integer(Int64(orders)), "contacts": .integer(Int64(contacts)),
            "refused_changes": .integer(Int64(refused)),
        ]
    }
}
