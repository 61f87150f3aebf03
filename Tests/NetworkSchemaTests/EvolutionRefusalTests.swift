import NetworkSchema
import Testing

@Suite("The next version of a schema is refused when")
struct EvolutionRefusalTests {
    struct Change: CustomTestStringConvertible, Sendable {
        var what: String
        var changes: [(String, String)]
        var line: Int
        var reason: String
        var testDescription: String { what }

        init(_ what: String, _ changes: [(String, String)], line: Int, _ reason: String) {
            self.what = what
            self.changes = changes
            self.line = line
            self.reason = reason
        }
    }

    @Test("is refused with its line, the reason and the way round", arguments: refused)
    func changes(_ change: Change) throws {
        let (old, next) = (try shop(version: 1), try shop(change.changes))
        do {
            try old.checkSuccessor(next)
            Issue.record("accepted: \(change.what)")
        } catch {
            #expect(error.reason == change.reason)
            #expect(error.line == change.line)
        }
    }

    private static let kept = "keep it as it was"
    private static func other(_ word: String, _ of: String) -> String {
        "keep \(word) as it was, add a \(of) with the other \(word), write both, then only the new one"
    }
    private static func column(_ name: String, _ word: String) -> String {
        "table stock: column \(name): \(word) changed, and stores of both versions write the column; "
            + other(word, "column")
    }

    private static let refused: [Change] = [
        Change(
            "a table is gone",
            [("  sale:", "  sold:")],
            line: 4,
            "table sale is gone, and stores still write it; "
                + "keep it, let applications write its replacement, and leave it empty"
        ),
        Change(
            "the scope changed",
            [("[{store: store_id}, {region: region}]", "{store: store_id}")],
            line: 8,
            "table stock: scope changed, and rows would have to move between stores that are away; "
                + other("scope", "table")
        ),
        Change(
            "the writer changed",
            [("    writer: {store: store_id}", "    writer: any")],
            line: 9,
            "table stock: writer changed, and what one version lets a store write, the other refuses; "
                + other("writer", "table")
        ),
        Change(
            "the key changed",
            [("[store_id, sku]", "[sku, store_id]")],
            line: 10,
            "table stock: key changed, and rows of the two versions could not be told apart; " + other("key", "table")
        ),
        Change(
            "a table is no longer immutable",
            [("immutable: true", "immutable: false")],
            line: 6,
            "table sale: immutable changed, and rows would merge differently at the two versions; "
                + other("immutable", "table")
        ),
        Change(
            "a column is gone",
            [("      region: {type: text}\n", ""), (", {region: region}]", "]")],
            line: 8,
            "table stock: scope changed, and rows would have to move between stores that are away; "
                + other("scope", "table")
        ),
        Change(
            "a generated column is gone",
            [("      label: {type: text, generated: \"a || b\"}\n", "")],
            line: 11,
            "table stock: column label is gone, and stores still write it; keep it, and let applications stop writing it"
        ),
        Change(
            "a column has another name",
            [("free:", "unpromised:"), ("free <", "unpromised <")],
            line: 11,
            "table stock: column free is gone, and stores still write it; "
                + "a rename to unpromised takes both: keep free, write both, then only unpromised"
        ),
        Change(
            "the type changed",
            [("a: {type: text, check: \"length(a) > 1\"}", "a: {type: blob}")],
            line: 15,
            column("a", "type")
        ),
        Change(
            "the rule changed",
            [
                ("merge: first", "merge: max"), ("set: {counted_at:", "delete: ["),
                ("'b' WHERE sku = NEW.sku\"}", "'b' WHERE sku = OLD.sku\"]"),
            ],
            line: 17,
            column("counted_at", "merge")
        ),
        Change(
            "the floor changed",
            [("merge: escrow,", "merge: escrow, floor: 1,")],
            line: 18,
            column("free", "merge")
        ),
        Change(
            "the share changed",
            [
                ("{region: region}]", "{region: region}]"), ("mint: {store: store_id}", "mint: any"),
                ("writer: {store: store_id}", "writer: {store: store_id}"), ("free: {", "free: {writer: any, "),
            ],
            line: 18,
            column("free", "merge")
        ),
        Change("the default changed", [("default: \"x\"", "default: \"y\"")], line: 16, column("b", "default")),
        Change("the check changed", [("> 1", "> 2")], line: 15, column("a", "check")),
        Change("the check is gone", [(", check: \"length(a) > 1\"", "")], line: 15, column("a", "check")),
        Change("what is generated changed", [("a || b", "b || a")], line: 19, column("label", "generated")),
        Change(
            "the column's writer changed",
            [("merge: first, writer: any", "merge: first, writer: store")],
            line: 17,
            column("counted_at", "writer")
        ),
        Change(
            "a column became required",
            [("default: \"x\"", "default: \"x\", required: true")],
            line: 16,
            column("b", "required")
        ),
        Change(
            "a required column has no value in the rows that exist",
            [("      b:", "      c: {type: text, required: true}\n      b:")],
            line: 16,
            "table stock: column c: the rows that exist have no value for a required column; "
                + "write a default, or leave required out"
        ),
        Change(
            "rights begin above 0 in the rows that exist",
            [("      b:", "      c: {type: integer, merge: escrow, mint: any, writer: any, floor: -5}\n      b:")],
            line: 16,
            "table stock: column c: the rows that exist begin at 0, and with floor -5 nobody would hold the units between; "
                + "leave floor out, or put the column into a new table"
        ),
        Change(
            "a group is gone",
            [("    together: [[a, b]]\n", "")],
            line: 7,
            "table stock: the group of a and b changed, and its cell with it; "
                + "keep the group as it was, and group new columns apart"
        ),
        Change(
            "a group grew",
            [("      b:", "      c: {type: text}\n      b:"), ("[[a, b]]", "[[a, b, c]]")],
            line: 21,
            "table stock: the group of a and b changed, and its cell with it; "
                + "keep the group as it was, and group new columns apart"
        ),
        Change(
            "a column joins a new group",
            [("      b:", "      c: {type: text}\n      b:"), ("[[a, b]]", "[[a, b], [region, c]]")],
            line: 21,
            "table stock: region had a cell of its own and joins a group now; "
                + "leave it out, and group new columns only"
        ),
        Change(
            "an effect is gone",
            [(", \"DELETE FROM stock WHERE sku = 'y'\"", "")],
            line: 21,
            "table stock: the effect on insert is gone or changed, and stores of the old version still run it; "
                + "\(kept), add a table with the new effect, and let applications write there instead"
        ),
        Change(
            "an effect became optional",
            [
                (
                    "\"UPDATE stock SET a = 'b' WHERE sku = NEW.sku\"",
                    "{optional: true, sql: \"UPDATE stock SET a = 'b' WHERE sku = NEW.sku\"}"
                )
            ],
            line: 21,
            "table stock: the effect on set counted_at is gone or changed, and stores of the old version still run it; "
                + "\(kept), add a table with the new effect, and let applications write there instead"
        ),
        Change(
            "one of two equal effects is gone",
            [("'y'\"]", "'z'\"]")],
            line: 21,
            "table stock: the effect on insert is gone or changed, and stores of the old version still run it; "
                + "\(kept), add a table with the new effect, and let applications write there instead"
        ),
        Change(
            "a view changed",
            [("free < 5", "free < 6")],
            line: 22,
            "view low is changed, and applications read it; \(kept), and add a view of another name"
        ),
        Change(
            "a view is gone",
            [("views: {low:", "views: {lower:")],
            line: 22,
            "view low is gone, and applications read it; \(kept), and add a view of another name"
        ),
        Change(
            "an index changed",
            [("columns: [a, b]", "columns: [a]")],
            line: 23,
            "index by_a is changed; \(kept), and add an index of another name"
        ),
        Change(
            "an index is gone",
            [("by_a", "by_b")],
            line: 23,
            "index by_a is gone; \(kept), and add an index of another name"
        ),
    ]
}
