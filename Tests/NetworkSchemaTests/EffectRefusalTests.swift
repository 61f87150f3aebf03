import NetworkSchema
import Testing

@Suite("Effects are refused when they")
struct EffectRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "are one statement without an event",
            effects("\"UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku\""),
            line: 15,
            "table customer_order: effects: got text",
            cure: "write {insert: \"UPDATE …\"}"
        ),
        Refused(
            "hang on update",
            effects("{update: \"UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            """
            table customer_order: update: a value of merge: last changes many times and may lose a \
            merge, and its effects would stay
            """,
            cure: """
                hang the effect on the insert of an immutable fact, or on set: {COLUMN: …} of a column \
                of merge: first
                """
        ),
        Refused(
            "hang on what does not exist",
            effects("{inserted: \"UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effects has no word \"inserted\"",
            cure: "write insert"
        ),
        Refused(
            "hang on the setting of a value that changes",
            effects("{set: {note: \"UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku\"}}"),
            line: 15,
            """
            table customer_order: effect on set note: note is not of merge: first; its value may \
            change again, or lose a merge, and the effect would stay
            """,
            cure: "write merge: first, or hang the effect on the insert of an immutable fact"
        ),
        Refused(
            "hang on the setting of no column",
            effects("{set: {plced_at: \"UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku\"}}"),
            line: 15,
            "table customer_order: set: table customer_order has no column \"plced_at\"",
            cure: "write one of id, store_id, sku, note, ready_at"
        ),
        Refused(
            "hang on set without a column",
            effects("{set: \"UPDATE stock SET on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: set: got text",
            cure: "write set: {COLUMN: \"UPDATE …\"}"
        ),
        Refused(
            "have no statement",
            effects("{insert: }"),
            line: 15,
            "table customer_order: effect on insert: got nothing",
            cure: "write one INSERT, UPDATE or DELETE in double quotes"
        ),
        Refused(
            "have a number for a statement",
            effects("{insert: 5}"),
            line: 15,
            "table customer_order: effect on insert: got a number",
            cure: "put it in double quotes"
        ),
        Refused(
            "have an empty statement",
            effects("{insert: \" \"}"),
            line: 15,
            "table customer_order: effect on insert: there is no SQL",
            cure: "write it, or leave the word out"
        ),
        Refused(
            "have two statements in one text",
            effects("{insert: \"DELETE FROM stock WHERE sku = NEW.sku; DELETE FROM stock WHERE sku = NEW.sku\"}"),
            line: 15,
            """
            table customer_order: effect on insert: a semicolon ends a statement, and only one may \
            stand here
            """,
            cure: "leave it out, and write a list for several effects"
        ),
        Refused(
            "have a mapping without sql",
            effects("{insert: {optional: true}}"),
            line: 15,
            "table customer_order: effect on insert: an effect needs sql",
            cure: "write sql: \"INSERT …, UPDATE … or DELETE …\""
        ),
        Refused(
            "have a mapping with statement",
            effects("{insert: {statement: \"DELETE FROM stock WHERE sku = NEW.sku\"}}"),
            line: 15,
            "table customer_order: effect on insert: statement: the statement is the value of sql",
            cure: "write sql: \"…\""
        ),
        Refused(
            "are optional in words",
            effects("{insert: {sql: \"DELETE FROM stock WHERE sku = NEW.sku\", optional: maybe}}"),
            line: 15,
            "table customer_order: effect on insert: optional: got text",
            cure: "write true or false, without quotes"
        ),
        Refused(
            "are more than 64",
            effects(
                "{insert: [\(Array(repeating: "\"DELETE FROM stock WHERE sku = NEW.sku\"", count: 65).joined(separator: ", "))]}"
            ),
            line: 15,
            "table customer_order: effects: the table has 65 effects",
            cure: "write at most 64"
        ),
        Refused(
            "are a query",
            effects("{insert: \"SELECT 1\"}"),
            line: 15,
            "table customer_order: effect on insert: a query changes nothing",
            cure: "write one INSERT, UPDATE or DELETE"
        ),
        Refused(
            "are a REPLACE",
            effects("{insert: \"REPLACE INTO stock (store_id, sku) VALUES (NEW.store_id, NEW.sku)\"}"),
            line: 15,
            "table customer_order: effect on insert: REPLACE deletes a row and its counters",
            cure: "write INSERT INTO … ON CONFLICT (key) DO UPDATE SET …"
        ),
        Refused(
            "are an INSERT OR REPLACE",
            effects("{insert: \"INSERT OR REPLACE INTO stock (store_id, sku) VALUES (NEW.store_id, NEW.sku)\"}"),
            line: 15,
            """
            table customer_order: effect on insert: OR REPLACE gives way to the clause of the \
            application's statement
            """,
            cure: "leave it out, or write ON CONFLICT (key) DO UPDATE SET … after the values"
        ),
        Refused(
            "are an UPDATE OR IGNORE",
            effects("{insert: \"UPDATE OR IGNORE stock SET on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            """
            table customer_order: effect on insert: OR IGNORE gives way to the clause of the \
            application's statement
            """,
            cure: "leave it out, or write ON CONFLICT (key) DO UPDATE SET … after the values"
        ),
        Refused(
            "begin with WITH",
            effects("{insert: \"WITH x AS (SELECT 1) DELETE FROM stock WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: SQLite takes no WITH in a trigger",
            cure: "write the query into the statement"
        ),
        Refused(
            "are DDL",
            effects("{insert: \"DROP TABLE stock\"}"),
            line: 15,
            "table customer_order: effect on insert: \"drop\" begins no effect",
            cure: "write one INSERT, UPDATE or DELETE"
        ),
        Refused(
            "are a mistyped verb",
            effects("{insert: \"UPDAET stock SET on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: \"updaet\" begins no effect",
            cure: "write one INSERT, UPDATE or DELETE"
        ),
        Refused(
            "lack INTO",
            effects("{insert: \"INSERT stock (sku) VALUES (NEW.sku)\"}"),
            line: 15,
            "table customer_order: effect on insert: expected INTO, got \"stock\"",
            cure: "write INTO there"
        ),
        Refused(
            "lack SET",
            effects("{insert: \"UPDATE stock on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: expected SET, got \"on_hand\"",
            cure: "write SET there"
        ),
        Refused(
            "lack FROM",
            effects("{insert: \"DELETE stock WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: expected FROM, got \"stock\"",
            cure: "write FROM there"
        ),
        Refused(
            "lack a table",
            effects("{insert: \"UPDATE 'stock' SET on_hand = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: no table is named",
            cure: "write the table's name"
        ),
        Refused(
            "lack an equals sign",
            effects("{insert: \"UPDATE stock SET on_hand 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: SET needs = after \"on_hand\"",
            cure: "write SET column = value"
        ),
        Refused(
            "lack a column",
            effects("{insert: \"UPDATE stock SET 1 = 1 WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: no column is named",
            cure: "write a column's name"
        ),
        Refused(
            "lack WHERE",
            effects("{insert: \"UPDATE stock SET on_hand = 1\"}"),
            line: 15,
            "table customer_order: effect on insert: without WHERE it meets every row of stock",
            cure: "write WHERE key = NEW.COLUMN"
        ),
        Refused(
            "lack WHERE in a DELETE",
            effects("{insert: \"DELETE FROM stock\"}"),
            line: 15,
            "table customer_order: effect on insert: without WHERE it meets every row of stock",
            cure: "write WHERE key = NEW.COLUMN"
        ),
        Refused(
            "have WHERE only in a subquery",
            effects("{insert: \"UPDATE stock SET on_hand = (SELECT 1 WHERE NEW.sku > '')\"}"),
            line: 15,
            "table customer_order: effect on insert: without WHERE it meets every row of stock",
            cure: "write WHERE key = NEW.COLUMN"
        ),
        Refused(
            "lack the columns of an INSERT",
            effects("{insert: \"INSERT INTO stock VALUES (NEW.store_id, NEW.sku, 0)\"}"),
            line: 15,
            """
            table customer_order: effect on insert: an INSERT without column names breaks when a \
            later version adds a column
            """,
            cure: "write INSERT INTO table (column, …)"
        ),
        Refused(
            "insert expressions for columns",
            effects("{insert: \"INSERT INTO stock (sku + 1) VALUES (1)\"}"),
            line: 15,
            "table customer_order: effect on insert: a list of columns holds more than names",
            cure: "write (column, column, …)"
        ),
        Refused(
            "return something",
            effects("{insert: \"DELETE FROM stock WHERE sku = NEW.sku RETURNING sku\"}"),
            line: 15,
            "table customer_order: effect on insert: nobody reads what an effect returns",
            cure: "leave RETURNING out"
        ),
        Refused(
            "are limited",
            effects("{insert: \"DELETE FROM stock WHERE sku = NEW.sku LIMIT 1\"}"),
            line: 15,
            "table customer_order: effect on insert: SQLite takes no LIMIT in a trigger's DELETE",
            cure: "choose the rows in WHERE"
        ),
        Refused(
            "give the table another name",
            effects("{insert: \"UPDATE stock AS s SET on_hand = 1 WHERE s.sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: SQLite takes no other name for stock in a trigger",
            cure: "leave AS out, and write stock.COLUMN"
        ),
        Refused(
            "name a database",
            effects("{insert: \"DELETE FROM main.stock WHERE sku = NEW.sku\"}"),
            line: 15,
            "table customer_order: effect on insert: SQLite takes no main. before a table in a trigger",
            cure: "name the table alone"
        ),
        Refused(
            "have a parameter",
            effects("{insert: \"DELETE FROM stock WHERE sku = :sku\"}"),
            line: 15,
            "table customer_order: effect on insert: \":\" stands for a parameter, and nobody gives its value",
            cure: "write the value itself"
        ),
    ]
}
