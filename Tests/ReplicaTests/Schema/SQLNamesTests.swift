import Testing

@testable import Replica

@Suite struct SQLNamesTests {
    private func withRow(_ sql: String) -> String {
        SQLNames.replace(in: sql) { found in
            found.qualifier == nil && !found.isCalled && SQLNames.areEqual(found.name, "price") ? "NEW.\"price\"" : nil
        }
    }

    @Test(arguments: [
        ("price > 0", "NEW.\"price\" > 0"), ("PRICE IN (1, 2)", "NEW.\"price\" IN (1, 2)"),
        ("\"price\" > [price] + `Price`", "NEW.\"price\" > NEW.\"price\" + NEW.\"price\""),
        ("price <> 'price'", "NEW.\"price\" <> 'price'"), ("'it''s price' = price", "'it''s price' = NEW.\"price\""),
        ("price(1) + price", "price(1) + NEW.\"price\""), ("price (1)", "price (1)"), ("t.price > 1", "t.price > 1"),
        ("price -- price\n> 1", "NEW.\"price\" -- price\n> 1"), ("/* price */ price", "/* price */ NEW.\"price\""),
        ("price2 + xprice + 1price", "price2 + xprice + 1price"), ("x'00' <> price", "x'00' <> NEW.\"price\""),
        ("price", "NEW.\"price\""), ("", ""), ("'open price", "'open price"), ("/* open price", "/* open price"),
        ("preis\u{e4} + price", "preis\u{e4} + NEW.\"price\""),
    ])
    func onlyTheNameItselfIsReplaced(sql: String, expected: String) {
        #expect(withRow(sql) == expected)
    }

    @Test func aQualifiedNameIsOne() {
        let replaced = SQLNames.replace(in: "coalesce(old.note, OLD.\"a b\", NEW.note)") { found in
            found.qualifier.map { SQLNames.areEqual($0, "OLD") } == true ? "NULL" : nil
        }
        #expect(replaced == "coalesce(NULL, NULL, NEW.note)")
    }
}
