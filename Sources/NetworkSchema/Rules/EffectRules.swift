/// What effects may hang on, and what they may do.
extension TableSource {
    func checkEffectEvents() throws(SchemaError) {
        for source in effects {
            if case .set(let column) = source.effect.event, table.columns[column].merge != .first {
                throw source.place.refusal(
                    "\(table.columns[column].name) is not of merge: first; its value may change again, or lose a merge, "
                        + "and the effect would stay",
                    cure: "write merge: first, or hang the effect on the insert of an immutable fact"
                )
            }
            try checkRowNames(of: source)
        }
    }

    /// NEW and OLD: which of them there is, and which columns they have.
    private func checkRowNames(of source: EffectSource) throws(SchemaError) {
        let sql = source.statement.sql
        for (index, token) in sql.tokens.enumerated() where sql.token(index + 1)?.isSymbol(".") == true {
            guard token.isWord("new") || token.isWord("old") else { continue }
            let row = token.text.uppercased()
            switch (source.effect.event, row) {
            case (.insert, "OLD"):
                throw source.place.refusal("an insert has no OLD row", cure: "write NEW")
            case (.delete, "NEW"):
                throw source.place.refusal("a delete has no NEW row", cure: "write OLD")
            default:
                break
            }
            let name = sql.token(index + 2)?.name ?? ""
            guard table.column(named: name) != nil else {
                throw source.place.refusal(
                    "\(row).\(name): table \(table.name) has no column \(shown(name))",
                    cure: choice(name, of: table.columns.map(\.name))
                )
            }
        }
    }
}

extension SchemaSource {
    func checkEffects() throws(SchemaError) {
        for cause in tables {
            for source in cause.effects {
                let target = try target(of: source)
                try checkReads(source.statement.sql, at: source.place)
                try checkColumns(of: source, target)
                try checkWriters(of: source, from: cause.table, target)
            }
        }
        try checkEffectCycles()
    }

    private func target(of source: EffectSource) throws(SchemaError) -> Table {
        let name = source.statement.table
        guard let target = table(named: name)?.table else {
            throw source.place.refusal(
                "it changes \(shown(name)), which is no table of this schema",
                cure: choice(name, of: tables.map(\.table.name), verb: "change")
            )
        }
        let isUpdate = source.statement.verb == .update || !source.statement.updated.isEmpty
        if target.isImmutable, isUpdate || source.statement.verb == .delete {
            throw source.place.refusal(
                "rows of \(name) are only inserted, and this would \(isUpdate ? "change" : "delete") one",
                cure: "insert another row, or take immutable: true from \(name)"
            )
        }
        return target
    }

    private func checkColumns(of source: EffectSource, _ target: Table) throws(SchemaError) {
        let statement = source.statement
        for name in statement.inserted + statement.updated {
            guard let column = target.column(named: name) else {
                throw source.place.refusal(
                    "table \(target.name) has no column \(shown(name))",
                    cure: choice(name, of: target.columns.map(\.name))
                )
            }
            guard target.columns[column].generated == nil else {
                throw source.place.refusal(
                    "\(target.name).\(name) is generated and cannot be written",
                    cure: "write the columns it is computed from"
                )
            }
        }
        for name in statement.updated where target.key.contains(where: { target.columns[$0].name == name }) {
            throw source.place.refusal(
                "\(target.name).\(name) is of the key, and keys are never updated",
                cure: "DELETE the row and INSERT another"
            )
        }
        guard statement.verb == .insert else { return }
        for column in target.key where target.columns[column].type != .id {
            guard !statement.inserted.contains(target.columns[column].name) else { continue }
            throw source.place.refusal(
                "the INSERT gives no \(target.columns[column].name), which is of the key of \(target.name)",
                cure: "name it among the columns"
            )
        }
    }

    /// An effect runs with the rights of who wrote its cause: where these never reach, it fails every time.
    private func checkWriters(of source: EffectSource, from cause: Table, _ target: Table) throws(SchemaError) {
        let runner: Writer =
            if case .set(let column) = source.effect.event {
                cause.columns[column].writer ?? cause.writer
            } else {
                cause.writer
            }
        var needed: [(what: String, writer: Writer)] = []
        if source.statement.verb != .update { needed.append((target.name, target.writer)) }
        for name in source.statement.updated {
            guard let column = target.column(named: name) else { continue }
            needed.append(("\(target.name).\(name)", target.columns[column].writer ?? target.writer))
        }
        for (what, writer) in needed where !writer.meets(runner) {
            throw source.place.refusal(
                "it runs where \(cause.name) is written, by \(runner.text), and only \(writer.text) may write \(what)",
                cure: "write writer: any for \(what), or hang the effect on a table that \(writer.text) writes"
            )
        }
    }
}

extension Writer {
    /// As a sentence says it.
    fileprivate var text: String {
        switch self {
        case .hub: "the hub"
        case .store, .storeNamed: "a store"
        case .any: "anyone"
        }
    }
}
