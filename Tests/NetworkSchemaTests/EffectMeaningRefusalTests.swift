import NetworkSchema
import Testing

@Suite("What effects do is refused when they")
struct EffectMeaningRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "change a table that does not exist",
            effects("{insert: \"DELETE FROM stok WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: it changes \"stok\", which is no table of this schema",
            cure: "change stock"
        ),
        Refused(
            "change a table of linli's",
            effects("{insert: \"INSERT INTO linli_grant (units) VALUES (1)\"}"),
            line: 15,
            """
            table customer_order: effect on insert: it changes "linli_grant", which is no table of \
            this schema
            """,
            cure: "change one of customer_order, stock, move, price"
        ),
        Refused(
            "change a view",
            effects(
                "{insert: \"DELETE FROM low WHERE sku = NEW.sku\"}",
                more: ["views: {low: \"SELECT * FROM stock\"}"]
            ),
            line: 15,
            "table customer_order: effect on insert: it changes \"low\", which is no table of this schema",
            cure: "change one of customer_order, stock, move, price"
        ),
        Refused(
            "read a table that does not exist",
            effects("{insert: \"DELETE FROM stock WHERE sku IN (SELECT sku FROM stok)\"}"),
            line: 15,
            "table customer_order: effect on insert: there is no table or view \"stok\"",
            cure: "read stock"
        ),
        Refused(
            "set a column that does not exist",
            effects("{insert: \"UPDATE stock SET onhand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: table stock has no column \"onhand\"",
            cure: "write on_hand"
        ),
        Refused(
            "insert a column that does not exist",
            effects("{insert: \"INSERT INTO stock (store_id, skuu) VALUES (1, 2)\"}"),
            line: 15,
            "table customer_order: effect on insert: table stock has no column \"skuu\"",
            cure: "write sku"
        ),
        Refused(
            "set a generated column",
            effects("{insert: \"UPDATE stock SET is_empty = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: stock.is_empty is generated and cannot be written",
            cure: "write the columns it is computed from"
        ),
        Refused(
            "set a key column",
            effects("{insert: \"UPDATE stock SET sku = NEW.sku WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: stock.sku is of the key, and keys are never updated",
            cure: "DELETE the row and INSERT another"
        ),
        Refused(
            "set a key column beside another",
            effects("{insert: \"UPDATE stock SET on_hand = max(1, 2), sku = NEW.sku WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: stock.sku is of the key, and keys are never updated",
            cure: "DELETE the row and INSERT another"
        ),
        Refused(
            "set a key column in a list",
            effects("{insert: \"UPDATE stock SET (on_hand, sku) = (1, 2) WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: stock.sku is of the key, and keys are never updated",
            cure: "DELETE the row and INSERT another"
        ),
        Refused(
            "set a key column on conflict",
            effects("{insert: \"INSERT INTO stock (store_id, sku) VALUES (1, 2) ON CONFLICT DO UPDATE SET sku = 3\"}"),
            line: 15,
            "table customer_order: effect on insert: stock.sku is of the key, and keys are never updated",
            cure: "DELETE the row and INSERT another"
        ),
        Refused(
            "insert without the whole key",
            effects("{insert: \"INSERT INTO stock (sku) VALUES (NEW.sku)\"}"),
            line: 15,
            """
            table customer_order: effect on insert: the INSERT gives no store_id, which is of the \
            key of stock
            """,
            cure: "name it among the columns"
        ),
        Refused(
            "change an immutable row",
            effects("{insert: \"UPDATE move SET units = 1 WHERE id = NEW.id\"}"),
            line: 15,
            """
            table customer_order: effect on insert: rows of move are only inserted, and this would \
            change one
            """,
            cure: "insert another row, or take immutable: true from move"
        ),
        Refused(
            "change an immutable row on conflict",
            effects(
                "{insert: \"INSERT INTO move (id, units) VALUES (NEW.id, 1) ON CONFLICT (id) DO UPDATE SET units = 2\"}"
            ),
            line: 15,
            """
            table customer_order: effect on insert: rows of move are only inserted, and this would \
            change one
            """,
            cure: "insert another row, or take immutable: true from move"
        ),
        Refused(
            "delete an immutable row",
            effects("{insert: \"DELETE FROM move WHERE id = NEW.id\"}"),
            line: 15,
            """
            table customer_order: effect on insert: rows of move are only inserted, and this would \
            delete one
            """,
            cure: "insert another row, or take immutable: true from move"
        ),
        Refused(
            "write at a store what only the hub writes",
            effects("{set: {ready_at: \"UPDATE price SET cents = 1 WHERE sku = NEW.sku\"}}"),
            line: 15,
            """
            table customer_order: effect on set ready_at: it runs where customer_order is written, \
            by a store, and only the hub may write price.cents
            """,
            cure: "write writer: any for price.cents, or hang the effect on a table that the hub writes"
        ),
        Refused(
            "insert at a store what only the hub inserts",
            effects("{set: {ready_at: \"INSERT INTO price (sku) VALUES (NEW.sku)\"}}"),
            line: 15,
            """
            table customer_order: effect on set ready_at: it runs where customer_order is written, \
            by a store, and only the hub may write price
            """,
            cure: "write writer: any for price, or hang the effect on a table that the hub writes"
        ),
        Refused(
            "use OLD on insert",
            effects("{insert: \"DELETE FROM stock WHERE sku = OLD.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: an insert has no OLD row",
            cure: "write NEW"
        ),
        Refused(
            "use NEW on delete",
            effects("{delete: \"DELETE FROM stock WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on delete: a delete has no NEW row",
            cure: "write OLD"
        ),
        Refused(
            "use a column that the row has not",
            effects("{insert: \"DELETE FROM stock WHERE sku = NEW.skuu\"}"),
            line: 15,
            "table customer_order: effect on insert: NEW.skuu: table customer_order has no column \"skuu\"",
            cure: "write sku"
        ),
        Refused(
            "set themselves off",
            effects("{insert: \"INSERT INTO customer_order (store_id) VALUES (NEW.store_id)\"}"),
            line: 15,
            """
            table customer_order: effect on insert: the effects run in a circle: insert \
            customer_order → insert customer_order
            """,
            cure: "take one of them out, or let the application write it"
        ),
        Refused(
            "set themselves off through another table",
            effects(
                "{insert: \"INSERT INTO move (units) VALUES (1)\"}",
                onMove: "{insert: \"INSERT INTO customer_order (store_id) VALUES ('x')\"}"
            ),
            line: 15,
            """
            table customer_order: effect on insert: the effects run in a circle: insert \
            customer_order → insert move → insert customer_order
            """,
            cure: "take one of them out, or let the application write it"
        ),
        Refused(
            "set themselves off through a milestone",
            effects("{set: {ready_at: \"UPDATE customer_order SET ready_at = 1 WHERE store_id = NEW.store_id\"}}"),
            line: 15,
            """
            table customer_order: effect on set ready_at: the effects run in a circle: set \
            customer_order.ready_at → set customer_order.ready_at
            """,
            cure: "take one of them out, or let the application write it"
        ),
        Refused(
            "set themselves off through a child",
            effects("{delete: \"DELETE FROM stock WHERE sku = OLD.sku\"}", more: childOfStock),
            line: 27,
            "table lot: effect on delete: the effects run in a circle: delete lot → delete lot",
            cure: "take one of them out, or let the application write it"
        ),
    ]
}
