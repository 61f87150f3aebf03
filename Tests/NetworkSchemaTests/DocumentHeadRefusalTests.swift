import NetworkSchema
import Testing

@Suite("The head of a document is refused when it")
struct DocumentHeadRefusalTests {
    @Test("is refused with its line, the reason and the cure", arguments: mistakes)
    func refused(_ refused: Refused) { refused.expectRefusal() }

    private static let mistakes: [Refused] = [
        Refused(
            "has no schema",
            "version: 1\ncurrency: CNY\ntables: {}\n",
            line: 1,
            "a schema needs schema",
            cure: "write schema: NAME"
        ),
        Refused(
            "has no version",
            "schema: corner\ncurrency: CNY\ntables: {}\n",
            line: 1,
            "a schema needs version",
            cure: "write version: 1"
        ),
        Refused(
            "has no currency",
            "schema: corner\nversion: 1\ntables: {}\n",
            line: 1,
            "a schema needs currency",
            cure: "write currency: CNY"
        ),
        Refused(
            "has no tables",
            "schema: corner\nversion: 1\ncurrency: CNY\n",
            line: 1,
            "a schema needs tables",
            cure: "write tables: {NAME: {scope: …, writer: …, key: […], columns: {…}}}"
        ),
        Refused(
            "has a table section without tables",
            "schema: corner\nversion: 1\ncurrency: CNY\ntables: {}\n",
            line: 4,
            "tables: the schema has 0 tables",
            cure: "write 1 to 1000"
        ),
        Refused(
            "has an empty table section",
            "schema: corner\nversion: 1\ncurrency: CNY\ntables:\n",
            line: 4,
            "tables: got nothing",
            cure: "write tables: {NAME: {scope: …, …}, …}"
        ),
        Refused(
            "writes name for schema",
            "name: corner\nversion: 1\n",
            line: 1,
            "name: the name is the value of schema",
            cure: "write schema: NAME"
        ),
        Refused(
            "mistypes a word",
            document().replacing("version", with: "verison"),
            line: 2,
            "a schema has no word \"verison\"",
            cure: "write version"
        ),
        Refused(
            "holds a word of nobody's",
            document(top: ["replication: true"]),
            line: 12,
            "a schema has no word \"replication\"",
            cure: "write one of schema, version, currency, tables, views, indexes"
        ),
        Refused(
            "describes itself in a word",
            document(top: ["description: a shop"]),
            line: 12,
            "description: is not a word of the format",
            cure: "write a YAML comment: # …"
        ),
        Refused(
            "has a name with a capital",
            document().replacing("schema: corner", with: "schema: Corner"),
            line: 1,
            "\"Corner\" is no name for a schema",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a name with a hyphen",
            document().replacing("schema: corner", with: "schema: corner-shop"),
            line: 1,
            "\"corner-shop\" is no name for a schema",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a number as its name",
            document().replacing("schema: corner", with: "schema: 2024"),
            line: 1,
            "\"2024\" is no name for a schema",
            cure: "begin with a letter and use only a to z, 0 to 9 and _"
        ),
        Refused(
            "has a list as its name",
            document().replacing("schema: corner", with: "schema: [corner]"),
            line: 1,
            "schema: got a list",
            cure: "write a name"
        ),
        Refused(
            "has nothing as its name",
            document().replacing("schema: corner", with: "schema:"),
            line: 1,
            "schema: got nothing",
            cure: "write a name"
        ),
        Refused(
            "has version 0",
            document().replacing("version: 1", with: "version: 0"),
            line: 2,
            "version: \"0\" is out of bounds",
            cure: "write a number from 1 to 2147483647"
        ),
        Refused(
            "has a version in quotes",
            document().replacing("version: 1", with: "version: \"1\""),
            line: 2,
            "version: got text",
            cure: "write digits, without quotes"
        ),
        Refused(
            "has a version with a point",
            document().replacing("version: 1", with: "version: 1.2"),
            line: 2,
            "version: got a decimal number",
            cure: "write a whole number (no floating point: quantities in thousandths, money in minor units)"
        ),
        Refused(
            "has a version with a v",
            document().replacing("version: 1", with: "version: v1"),
            line: 2,
            "version: got text",
            cure: "write digits, without quotes"
        ),
        Refused(
            "has a hexadecimal version",
            document().replacing("version: 1", with: "version: 0x10"),
            line: 2,
            "version: \"0x10\" is no plain whole number",
            cure: "write it in decimal digits"
        ),
        Refused(
            "has a version in groups of digits",
            document().replacing("version: 1", with: "version: 1_000"),
            line: 2,
            "version: \"1_000\" is no plain whole number",
            cure: "write it in decimal digits"
        ),
        Refused(
            "has a version beyond all bounds",
            document().replacing("version: 1", with: "version: 99999999999999999999"),
            line: 2,
            "version: \"99999999999999999999\" is out of bounds",
            cure: "write a number from 1 to 2147483647"
        ),
        Refused(
            "has a currency in small letters",
            document().replacing("CNY", with: "cny"),
            line: 3,
            "currency: \"cny\" is no currency",
            cure: "write the three capital letters of ISO 4217, such as CNY"
        ),
        Refused(
            "has a currency sign",
            document().replacing("CNY", with: "¥"),
            line: 3,
            "currency: \"¥\" is no currency",
            cure: "write the three capital letters of ISO 4217, such as CNY"
        ),
        Refused(
            "has a currency of two letters",
            document().replacing("CNY", with: "CN"),
            line: 3,
            "currency: \"CN\" is no currency",
            cure: "write the three capital letters of ISO 4217, such as CNY"
        ),
        Refused(
            "has a list of currencies",
            document().replacing("CNY", with: "[CNY, USD]"),
            line: 3,
            "currency: got a list",
            cure: "write three capital letters of ISO 4217, such as CNY"
        ),
        Refused(
            "tags a value",
            document().replacing("CNY", with: "!money CNY"),
            line: 3,
            "currency: got a value tagged \"!money\"",
            cure: "write three capital letters of ISO 4217, such as CNY"
        ),
        Refused(
            "tags a list",
            document(key: "!keys [sku]"),
            line: 8,
            "table product: key: got a value tagged \"!keys\"",
            cure: "write key: [COLUMN, …]"
        ),
        Refused(
            "tags a mapping",
            document(more: ["effects: !!set {insert: x}"]),
            line: 12,
            "table product: effects: got a value tagged \"tag:yaml.org,2002:set\"",
            cure: "write {insert: \"UPDATE …\"}"
        ),
        Refused(
            "has a binary value",
            document().replacing("CNY", with: "!!binary Q05Z"),
            line: 3,
            "currency: got a value tagged \"tag:yaml.org,2002:binary\"",
            cure: "write three capital letters of ISO 4217, such as CNY"
        ),
    ]
}
