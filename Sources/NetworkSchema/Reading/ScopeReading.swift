extension Field {
    /// network | hub | {store: COLUMN} | {region: COLUMN} | {parent: TABLE, by: COLUMN}, or a list of the last three.
    func scopes(among names: ColumnNames) throws(SchemaError) -> [Scope] {
        guard isList else { return [try scope(among: names)] }
        let fields = try list(expected: "[{store: COLUMN}, …]")
        guard !fields.isEmpty, fields.count <= SchemaLimits.scopesMax else {
            throw refusal(
                "the list has \(fields.count) scopes",
                cure: "write 1 to \(SchemaLimits.scopesMax), or scope: network"
            )
        }
        var scopes: [Scope] = []
        for field in fields {
            let scope = try field.scope(among: names)
            guard !scopes.contains(scope) else {
                throw field.refusal("one scope stands twice", cure: "write it once")
            }
            guard fields.count == 1 || scope != .network && scope != .hub else {
                throw field.refusal(
                    "\(scope == .hub ? "hub (no store)" : "network (every store)") leaves nothing to the others",
                    cure: "write it alone, or leave it out of the list"
                )
            }
            scopes.append(scope)
        }
        return scopes
    }

    private func scope(among names: ColumnNames) throws(SchemaError) -> Scope {
        if isMapping {
            let words = try entries(expected: "{store: COLUMN}").map(\.word)
            if words.contains("parent") || words.contains("by") {
                let words = try Words(inside("scope"), .parentScope)
                let parent = try words.required("parent").name(of: "table")
                return .parent(table: parent, by: try names.column(words.required("by")))
            }
            if words.contains("region") {
                return .region(column: try names.column(Words(inside("scope"), .regionScope).required("region")))
            }
            return .store(column: try names.column(Words(inside("scope"), .storeScope).required("store")))
        }
        let expected = "network, hub, {store: COLUMN}, {region: COLUMN} or {parent: TABLE, by: COLUMN}"
        let word = try bareWord(expected: expected)
        switch word {
        case "network": return .network
        case "hub": return .hub
        case "store", "region": throw refusal("which \(word) is not said", cure: "write {\(word): COLUMN}")
        case "parent": throw refusal("which parent is not said", cure: "write {parent: TABLE, by: COLUMN}")
        case "global", "all", "everyone", "any":
            throw refusal("there is no scope \(shown(word))", cure: "write network")
        default:
            throw refusal("there is no scope \(shown(word))", cure: choice(word, of: ["network", "hub"]))
        }
    }
}
