import NetworkSchema
import Testing

@Suite("Reading a document is total")
struct TotalityTests {
    /// A schema, or an error that an operator can use: never a trap, and never an error without a reason and a cure.
    private func read(_ text: String) -> NetworkSchema? {
        do {
            return try NetworkSchema(yaml: text)
        } catch {
            #expect(error.reason.contains("; "), "no cure in \(error) for\n\(text)")
            #expect(error.line ?? 0 > 0, "no line in \(error) for\n\(text)")
            return nil
        }
    }

    @Test(
        "damaged documents are read or refused, and what is read can be evolved and ordered",
        arguments: 0..<8 as Range<UInt64>
    )
    func damage(_ seed: UInt64) throws {
        let base = try NetworkSchema(yaml: CornerSchema.document)
        let shopDocument = try shop().document
        var vandal = Vandal(seed: seed)
        var accepted = 0
        for round in 0..<150 {
            let text = vandal.damaged(round.isMultiple(of: 2) ? CornerSchema.document : shopDocument)
            guard var schema = read(text) else { continue }
            accepted += 1
            schema.version = base.version + 1
            do {
                try base.checkSuccessor(schema)
            } catch {
                #expect(error.reason.contains("; "), "seed \(seed), round \(round)")
            }
            #expect(schema.ordered(like: base).tables.count == schema.tables.count, "seed \(seed), round \(round)")
        }
        #expect(accepted > 0, "seed \(seed): every document was refused, so nothing behind the reading was tried")
    }

    @Test("any prefix of a document is read or refused")
    func prefixes() {
        let bytes = Array(CornerSchema.document.utf8)
        for end in stride(from: 0, to: bytes.count, by: 7) { _ = read(String(decoding: bytes[..<end], as: UTF8.self)) }
    }

    @Test(
        "documents of a few bytes are read or refused",
        arguments: ["", " ", "a", "\"", "{", "[", "&a", "*", "?", "\n", "|", "%", "&a x *b", "x: &"]
    )
    func tiny(_ text: String) { #expect(read(text) == nil) }

    @Test(
        "nesting without end is refused",
        arguments: ["[", "{", "{a: ", "[a, ", "- ", "? ", "a:\n- ", "((", "- - [", "!a ", "&a ", "'", "> "]
    )
    func nesting(_ piece: String) {
        #expect(read(String(repeating: piece, count: 100_000 / piece.utf8.count)) == nil)
    }

    @Test("aliases of aliases, which stand for a billion nodes, are refused in no time")
    func aliasBomb() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let clock = ContinuousClock()
        let taken = clock.measure {
            #expect(read(text) == nil)
            #expect(read(text + "? *a40\n: 1\n") == nil)
            #expect(read(text + "*a40 : 1\n") == nil)
            #expect(read(text + "{[*a40]: 1}\n") == nil)
            #expect(read(text + "tables: {a: {? *a40 : 1}}\n") == nil)
        }
        #expect(taken < .seconds(60), "took \(taken)")
    }

    @Test("a chain of a thousand parents and effects exhausts no stack")
    func chains() throws {
        var text = "schema: s\nversion: 1\ncurrency: CNY\ntables:\n"
        for number in 0..<1000 {
            let scope = number == 999 ? "{store: id}" : "{parent: t\(number + 1), by: up}"
            let effect = number == 999 ? "{}" : "{insert: 'INSERT INTO t\(number + 1) (id) VALUES (NEW.id)'}"
            text += "  t\(number): {scope: \(scope), writer: store, key: [id], effects: \(effect), "
            text += "columns: {id: {type: text}, up: {type: text}}}\n"
        }
        #expect(read(text.replacing("{store: id}", with: "network"))?.tables.count == 1000)
        #expect(read(text) == nil)
    }

    @Test("the longest document is read or refused in seconds")
    func longest() {
        let line = "  # \(String(repeating: "x", count: 90))\n"
        let text = CornerSchema.document.replacing(
            "tables:\n",
            with: "tables:\n" + String(repeating: line, count: 10_000)
        )
        #expect(text.utf8.count < SchemaLimits.documentBytesMax)
        #expect(read(text)?.tables.count == 5)
    }
}
