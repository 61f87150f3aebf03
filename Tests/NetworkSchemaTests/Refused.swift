import NetworkSchema
import Testing

/// A mistake in a document, and what its author must read about it.
struct Refused: CustomTestStringConvertible, Sendable {
    var mistake: String
    var document: String
    var line: Int
    var what: String
    var cure: String

    init(_ mistake: String, _ document: String, line: Int, _ what: String, cure: String) {
        self.mistake = mistake
        self.document = document
        self.line = line
        self.what = what
        self.cure = cure
    }

    var testDescription: String { mistake }

    func expectRefusal(sourceLocation: SourceLocation = #_sourceLocation) {
        do {
            _ = try NetworkSchema(yaml: document)
            Issue.record("accepted: \(mistake)\n\(document)", sourceLocation: sourceLocation)
        } catch {
            #expect(error.reason == "\(what); \(cure)", "\(document)", sourceLocation: sourceLocation)
            #expect(error.line == line, "\(document)", sourceLocation: sourceLocation)
            #expect(error.column ?? 0 > 0, sourceLocation: sourceLocation)
        }
    }
}
