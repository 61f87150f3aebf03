import NetworkSchema

/// The next version of a schema: a table that was not there, and a column in one that was. Written into the document,
/// as a person would; a document in another layout than ours is left alone.
enum SchemaGrowth {
    /// - Parameter place: which of the tables gets the column.
    /// - Returns: nil when the document gives no place for it.
    static func next(after schema: NetworkSchema, place: Int) -> NetworkSchema? {
        let version = schema.version + 1
        var lines = schema.document.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let head = lines.firstIndex(of: "version: \(schema.version)"),
            let tables = lines.firstIndex(of: "tables:")
        else { return nil }
        let columns = lines.indices.filter { lines[$0] == "    columns:" }
        guard !columns.isEmpty else { return nil }
        lines[head] = "version: \(version)"
        lines.insert("      added_\(version): {type: integer}", at: columns[place % columns.count] + 1)
        lines.insert(contentsOf: table(version), at: tables + 1)
        do { return try NetworkSchema(yaml: lines.joined(separator: "\n")) } catch { return nil }
    }

    static func name(_ version: Int) -> String { "news_\(version)" }

    private static func table(_ version: Int) -> [String] {
        [
            "  \(name(version)):", "    scope: network", "    writer: any", "    key: [id]", "    columns:",
            "      id:   {type: id}", "      text: {type: text}",
        ]
    }
}
