import NetworkSchema
import Testing

@Suite("A refusal")
struct ErrorTests {
    @Test("reads as one line: where, what, and then the cure")
    func description() {
        do {
            _ = try NetworkSchema(yaml: column("on_hand: {type: text, merge: counter}"))
            Issue.record("accepted a counter of text")
        } catch {
            #expect(
                String(describing: error)
                    == "line 12: table product: column on_hand: merge counter needs type integer, got text; "
                    + "write type: integer"
            )
            #expect(error.column == 29)
        }
    }

    @Test("inside of what an alias repeats names the table that repeats it")
    func alias() {
        let maker = "  maker: {scope: network, writer: hub, key: [name], columns: {name: *odd}}"
        let text = document(columns: ["sku: {type: text}", "odd: &odd {type: text, merge: first}"], top: [maker])
        do {
            _ = try NetworkSchema(yaml: text)
            Issue.record("accepted a key with a merge rule")
        } catch {
            #expect(error.reason.hasPrefix("table maker: column name: merge: keys are never updated"))
            #expect(error.line == 11)
        }
    }

    @Test("without a document has no line")
    func noDocument() {
        let error = SchemaError(line: nil, reason: "what; cure")
        #expect(String(describing: error) == "what; cure")
    }
}
