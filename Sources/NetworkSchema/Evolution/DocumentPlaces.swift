/// Where the parts of a schema stand in its document, for refusals of a whole version. A schema that was made in code
/// has no document: its places have no line.
struct DocumentPlaces {
    private let root: Field?

    init(_ document: String) {
        do {
            root = try DocumentText.root(of: document)
        } catch {
            // Not the document of this schema; what the refusal says holds without a line.
            root = nil
        }
    }

    func top(_ word: String) -> Place { place(of: [word], names: []) }

    func entry(_ name: String, in section: String) -> Place { place(of: [section, name], names: []) }

    func word(_ word: String, ofTable table: String) -> Place {
        place(of: ["tables", table, word], names: ["table \(table)"])
    }

    func column(_ column: String, ofTable table: String) -> Place {
        place(of: ["tables", table, "columns", column], names: ["table \(table)", "column \(column)"])
    }

    /// Of the last step of the path that exists.
    private func place(of path: [String], names: [String]) -> Place {
        var field = root
        for step in path {
            guard let next = field.flatMap({ Self.child(step, of: $0) }) else { break }
            field = next
        }
        return Place(line: field?.place.line, column: field?.place.column, names: names)
    }

    private static func child(_ word: String, of field: Field) -> Field? {
        do {
            return try field.entries(expected: "").first { $0.word == word }
        } catch {
            // No mapping, so no child.
            return nil
        }
    }
}
