import Foundation
import NetworkSchema
import Testing

/// docs/schema.md is read by people who write schemas: what it shows must be so.
///
/// A block that begins with `# refused: TEXT` must be refused with TEXT; one that begins with `# next: …` must succeed
/// the first block; every other one must be read.
@Suite("The page on the schema document")
struct DocsTests {
    private let page: String
    private let blocks: [String]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        page = try String(contentsOf: root.appending(path: "docs/schema.md"), encoding: .utf8)
        blocks = page.components(separatedBy: "```yaml\n").dropFirst()
            .map { String($0.prefix(upTo: $0.range(of: "\n```")?.lowerBound ?? $0.endIndex)) + "\n" }
    }

    @Test("shows documents that are read as it says")
    func examples() throws {
        let first = try NetworkSchema(yaml: #require(blocks.first))
        var kinds = (read: 0, refused: 0, next: 0)
        for block in blocks {
            if let expected = block.firstLine(after: "# refused: ") {
                kinds.refused += 1
                do {
                    _ = try NetworkSchema(yaml: block)
                    Issue.record("read, though the page says: \(expected)")
                } catch {
                    #expect(String(describing: error) == expected)
                }
            } else if block.firstLine(after: "# next: ") != nil {
                kinds.next += 1
                let next = try NetworkSchema(yaml: block)
                try first.checkSuccessor(next)
                #expect(next.ordered(like: first).tables.map(\.name).prefix(4) == first.tables.map(\.name).prefix(4))
            } else {
                kinds.read += 1
                _ = try NetworkSchema(yaml: block)
            }
        }
        #expect(kinds.read >= 5 && kinds.refused >= 3 && kinds.next == 1, "\(kinds)")
    }

    @Test("names every type, every merge rule and every limit")
    func names() {
        for type in ColumnType.allCases { #expect(page.contains("| `\(type.rawValue)` |"), "\(type)") }
        for rule in ["`last`", "`first`", "`max`, `min`", "`counter`", "`escrow`"] {
            #expect(page.contains("| \(rule) |"), "\(rule)")
        }
        let limits = [
            "a document | 1 MiB": SchemaLimits.documentBytesMax == 1 << 20,
            "a name | \(SchemaLimits.nameBytesMax) bytes": true,
            "tables | \(SchemaLimits.tablesMax)": true,
            "written | \(SchemaLimits.columnsMax), \(SchemaLimits.valueColumnsMax)": true,
            "scopes of a table | \(SchemaLimits.scopesMax)": true,
            "effects of a table | \(SchemaLimits.effectsMax)": true,
            "one piece of SQL | 64 KiB": SchemaLimits.sqlBytesMax == 64 << 10,
            "steps | ±2⁵³": SchemaLimits.unitsMax == 1 << 53,
        ]
        for (limit, isSo) in limits { #expect(isSo && page.contains(limit), "\(limit)") }
    }
}

extension String {
    /// The rest of the first line, if it begins with `prefix`.
    fileprivate func firstLine(after prefix: String) -> String? {
        guard hasPrefix(prefix) else { return nil }
        return String(dropFirst(prefix.count).prefix { $0 != "\n" })
    }
}
