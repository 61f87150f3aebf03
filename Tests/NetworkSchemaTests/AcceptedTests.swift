import NetworkSchema
import Testing

@Suite("The format accepts")
struct AcceptedTests {
    private func read(_ document: String) throws -> NetworkSchema { try NetworkSchema(yaml: document) }

    @Test("a byte order mark and the line ends of Windows, and keeps them in the document")
    func bytesOfWindows() throws {
        let text = "\u{feff}" + document().replacing("\n", with: "\r\n")
        #expect(try read(text).document.utf8.elementsEqual(text.utf8))
    }

    @Test("an alias for a whole mapping, a list or a word")
    func aliases() throws {
        let schema = try read(
            document(
                writer: "&writer hub",
                key: "&key [sku]",
                columns: ["sku: {type: text}", "price: &money {type: integer, default: 0}", "cost: *money"],
                top: ["  maker: {scope: network, writer: *writer, key: *key, columns: {sku: {type: text}}}"]
            )
        )
        #expect(schema.tables[0].columns[2] == Column(name: "cost", type: .integer, defaultValue: .integer(0)))
        #expect(schema.tables[1].writer == .hub)
        #expect(schema.tables[1].key == [0])
    }

    @Test("stars, colons and question marks of SQL beside anchors")
    func starsBesideAnchors() throws {
        let check = "n <> 'x*y : ?z'"
        let schema = try read(
            document(columns: ["sku: {type: text}", "n: &n {type: text, check: \"\(check)\"}", "m: {type: text}"])
        )
        #expect(schema.tables[0].columns[1].check == check)
    }

    @Test("names that SQL and YAML would take for something else")
    func oddNames() throws {
        let names = ["order", "key", "no", "yes", "null", "true", "select", "rowid", "end", "current_date"]
        let schema = try read(
            document(columns: ["sku: {type: text}"] + names.map { "\($0): {type: text, check: '\"\($0)\" > 1'}" })
        )
        #expect(schema.tables[0].columns.dropFirst().map(\.name) == names)
    }

    @Test("a name of 63 letters and 61 columns beside the key, and no more is needed")
    func bounds() throws {
        let name = String(repeating: "a", count: 63)
        let columns = (1...60).map { "c\($0): {type: text}" } + ["\(name): {type: text}"]
        #expect(try read(document(columns: ["sku: {type: text}"] + columns)).tables[0].values.count == 61)
    }

    @Test("a default of each type")
    func defaults() throws {
        let columns = [
            "a: {type: text, default: ''}", "b: {type: integer, default: -9223372036854775808}",
            "c: {type: boolean, default: true}", "d: {type: time, default: 0}", "e: {type: boolean, default: false}",
            "f: {type: text, default: 'it''s 5'}", "g: {type: integer, merge: max, default: 7}",
        ]
        let schema = try read(document(columns: ["sku: {type: text}"] + columns))
        #expect(
            schema.tables[0].columns.dropFirst().map(\.defaultValue) == [
                .text(""), .integer(.min), .integer(1), .integer(0), .integer(0), .text("it's 5"), .integer(7),
            ]
        )
    }

    @Test("every merge rule on every type that it fits")
    func merges() throws {
        let columns = [
            "a: {type: text, merge: last}", "b: {type: blob, merge: first}", "c: {type: time, merge: max}",
            "d: {type: integer, merge: min}", "e: {type: boolean, merge: first}", "f: {type: integer, merge: counter}",
        ]
        let schema = try read(document(columns: ["sku: {type: text}"] + columns))
        #expect(schema.tables[0].columns.dropFirst().map(\.merge) == [.last, .first, .max, .min, .first, .counter])
    }

    @Test("rights with a floor, a share, a step and a mint")
    func escrow() throws {
        let rights = "n: {type: integer, merge: escrow, floor: -5, share: {hub: 30}, step: 500, mint: {store: sku}}"
        let schema = try read(column(rights, scope: "{store: sku}", writer: "any"))
        let escrow = Escrow(floor: -5, hubSharePercent: 30, step: 500, mint: .storeNamed(column: 0))
        #expect(schema.tables[0].columns[2].merge == .escrow(escrow))
        let plain = try read(column("n: {type: integer, merge: escrow}", scope: "{store: sku}", writer: "store"))
        #expect(plain.tables[0].columns[2].merge == .escrow(Escrow()))
    }

    @Test("every scope, alone and in a list")
    func scopes() throws {
        let scopes: [(String, [Scope])] = [
            ("network", [.network]), ("hub", [.hub]), ("{region: name}", [.region(column: 1)]),
            ("{store: sku}", [.store(column: 0)]), ("[{store: sku}]", [.store(column: 0)]), ("[hub]", [.hub]),
            ("[{store: sku}, {region: name}]", [.store(column: 0), .region(column: 1)]),
            ("[{parent: maker, by: name}, {store: sku}]", [.parent(table: "maker", by: 1), .store(column: 0)]),
        ]
        let maker = ["  maker: {scope: network, writer: hub, key: [id], columns: {id: {type: id}}}"]
        for (text, expected) in scopes {
            #expect(try read(document(scope: text, top: maker)).tables[0].scopes == expected, "\(text)")
        }
    }

    @Test("a row of a region that the hub writes under a key without the region")
    func regionOfTheHub() throws {
        _ = try read(document(scope: "{region: name}"))
        _ = try read(document(scope: "{region: sku}", writer: "any"))
    }

    @Test("columns that share a cell, as one group or as several")
    func together() throws {
        let columns = ["sku: {type: text}"] + ["a", "b", "c", "d"].map { "\($0): {type: text}" }
        #expect(try read(document(columns: columns, more: ["together: [c, a]"])).tables[0].together == [[1, 3]])
        let groups = try read(document(columns: columns, more: ["together: [[a, b], [d, c]]"]))
        #expect(groups.tables[0].together == [[1, 2], [3, 4]])
    }

    @Test("checks with functions, lists, texts, casts and collations")
    func checks() throws {
        let checks = [
            "length(n) BETWEEN 1 AND 40", "n IN ('a', 'b', 'now then')", "n NOT LIKE 'x%' ESCAPE '!' COLLATE nocase",
            "CASE WHEN n IS NULL THEN 1 ELSE CAST(n AS INTEGER) > 0x1F END", "n IS NOT DISTINCT FROM 'a'",
            "\"n\" <> '' AND [n] > x'00' /* not empty */", "N > 1e-3 AND `n` < .5", "strftime('%Y', n) > '2000'",
            "abs(n) >= +1 - -1 AND n -> '$.a' ->> 'b' IS NULL", "n != ''''",
        ]
        for check in checks {
            let text = check.replacing("'", with: "''")
            let schema = try read(column("n: {type: text, check: '\(text)'}"))
            #expect(schema.tables[0].columns[2].check == check)
        }
    }

    @Test("a generated column over the key and over what is written")
    func generated() throws {
        let schema = try read(column("n: {type: text, generated: \"sku || coalesce(name, 'none')\"}"))
        #expect(schema.tables[0].columns[2].generated == "sku || coalesce(name, 'none')")
        #expect(schema.tables[0].values == [1])
    }

    @Test("queries with WITH, functions of rows, other views and the public tables")
    func views() throws {
        let views = [
            "WITH cheap AS (SELECT * FROM product) SELECT * FROM cheap",
            "WITH RECURSIVE n(i, j) AS (SELECT 1, 2 UNION ALL SELECT i + 1, j FROM n), m AS NOT MATERIALIZED (SELECT 1) "
                + "SELECT * FROM n JOIN m",
            "SELECT * FROM product, json_each(name) JOIN linli_conflict ON 1",
            "SELECT sku IS DISTINCT FROM name FROM product", "SELECT value FROM json_each(\"[]\")",
            "SELECT * FROM v0 JOIN \"PRODUCT\" AS p",
        ]
        let lines = views.enumerated().map { "  v\($0.offset): '\($0.element)'" }
        #expect(try read(document(top: ["views:"] + lines)).views.map(\.select) == views)
    }
}
