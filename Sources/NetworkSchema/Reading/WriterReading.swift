extension Field {
    /// hub | store | any | {store: COLUMN}
    func writer(among names: ColumnNames) throws(SchemaError) -> Writer {
        if isMapping {
            let words = try Words(inside(word), .storeWriter)
            return .storeNamed(column: try names.column(words.required("store")))
        }
        let expected = "hub, store, any or {store: COLUMN}"
        switch try bareWord(expected: expected) {
        case "hub": return .hub
        case "store": return .store
        case "any": return .any
        case let word where ["network", "all", "both", "everyone"].contains(word):
            throw refusal(
                "there is no writer \(shown(word))",
                cure: "write any: the hub, or a store in the row's scope"
            )
        case let word:
            throw refusal("there is no writer \(shown(word))", cure: choice(word, of: ["hub", "store", "any"]))
        }
    }
}
