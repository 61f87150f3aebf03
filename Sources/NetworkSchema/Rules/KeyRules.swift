/// What a key may be. Keys are never updated, never NULL, carried in JSON, and made where no other node can be asked.
extension TableSource {
    func checkKey() throws(SchemaError) {
        for column in table.key {
            for (word, reason) in Self.wordsOutsideKeys where columns[column].words[word] != nil {
                throw place(of: word, in: column).refusal("\(word): \(reason)", cure: "leave \(word) out")
            }
            if let required = columns[column].words["required"], try required.flag() == false {
                throw required.place.refusal("a key column is never NULL", cure: "leave required out")
            }
            guard table.columns[column].type != .blob else {
                throw place(of: "type", in: column).refusal(
                    "a blob cannot be a key, because keys are written as JSON",
                    cure: "write type: text, and keep the bytes as hexadecimal digits"
                )
            }
        }
        let hasRights = table.columns.contains { if case .escrow = $0.merge { true } else { false } }
        for column in table.key where hasRights && Self.namesOfRights.contains(table.columns[column].name) {
            throw columns[column].place.refusal(
                "the table of rights has a column of this name beside the key",
                cure: "choose another name for the key column"
            )
        }
        for column in table.columns.indices where table.columns[column].type == .id && !table.key.contains(column) {
            throw place(of: "type", in: column).refusal(
                "an id makes up its own value, and here it is not the key",
                cure: "write type: text for a column that refers to another row"
            )
        }
    }

    /// Rights are kept per row: the key's columns, and these.
    private static let namesOfRights = ["column", "node", "units"]

    private static let wordsOutsideKeys = [
        ("merge", "keys are never updated, so nothing merges"),
        ("generated", "a key is written, not computed"),
        ("writer", "the key is written with the row, by the table's writer"),
    ]
}

extension TableSource {
    /// Two stores that insert without seeing each other must not make one key for two rows (rows of one scope only).
    func checkKeyIsApart(from scopeColumns: [Int]) throws(SchemaError) {
        let isApart = table.key.contains { table.columns[$0].type == .id || scopeColumns.contains($0) }
        guard !isApart else { return }
        let names = scopeColumns.map { table.columns[$0].name }.joined(separator: " or ")
        throw words.refusal(
            at: "key",
            "two stores that cannot see each other may make the same key for two rows",
            cure: "add \(names) to the key, or make the key a column of type: id"
        )
    }
}
