/// What the columns of one table may say about each other.
extension TableSource {
    func checkColumns() throws(SchemaError) {
        guard table.values.count <= SchemaLimits.valueColumnsMax else {
            throw words.refusal(
                at: "columns",
                "\(table.values.count) columns beside the key are more than \(SchemaLimits.valueColumnsMax)",
                cure: "put some into a second table with the same key"
            )
        }
        let names = table.columns.map(\.name)
        for (number, source) in columns.enumerated() {
            if let check = source.check { try checkCheck(check, of: number, names) }
            if let generated = source.generated { try checkGenerated(generated, of: number, names) }
            try checkShare(of: number)
        }
    }

    /// Both ends compute the share from the row as they see it, so it stands in a plain column.
    private func checkShare(of number: Int) throws(SchemaError) {
        guard case .escrow(let escrow) = table.columns[number].merge, let by = escrow.hubShareColumn else { return }
        let column = table.columns[by]
        let isPlain = column.type == .integer && column.merge == .last && column.generated == nil
        guard isPlain, !table.key.contains(by) else {
            throw place(of: "share", in: number).refusal(
                "\(column.name) is no plain column of whole numbers, and the hub's percentage stands in one",
                cure: "name a column of type: integer and merge: last that is neither of the key nor generated"
            )
        }
    }

    /// Two valid halves merge into a failing whole: a check sees its own column only.
    private func checkCheck(_ sql: SQLText, of column: Int, _ names: [String]) throws(SchemaError) {
        let place = place(of: "check", in: column)
        let named = try expression(sql, names, at: place).columns
        if let other = named.first(where: { $0 != names[column] }) {
            throw place.refusal(
                "check names \(other): two valid halves may merge into a row that fails",
                cure: "check \(names[column]) alone, and show what spans columns in a view named exception_…"
            )
        }
        guard named == [names[column]] else {
            throw place.refusal("check does not name its column", cure: "write a check of \(names[column])")
        }
    }

    private func checkGenerated(_ sql: SQLText, of column: Int, _ names: [String]) throws(SchemaError) {
        let place = place(of: "generated", in: column)
        for name in try expression(sql, names, at: place).columns {
            guard name != names[column] else {
                throw place.refusal("\(name) is computed from itself", cure: "name other columns")
            }
            let source = columns.first { $0.column.name == name }
            guard source?.generated == nil else {
                throw place.refusal("\(name) is itself generated", cure: "write its expression out here")
            }
        }
    }

    private func expression(
        _ sql: SQLText,
        _ names: [String],
        at place: Place
    ) throws(SchemaError) -> SQLExpression {
        do {
            return try SQLExpression(sql, columns: names)
        } catch {
            throw place.refusal(error.what, cure: error.cure)
        }
    }

    /// Rows of an immutable table are inserted and stand: what merges, changes or deletes has no place in it.
    func checkImmutability() throws(SchemaError) {
        guard table.isImmutable else { return }
        for (number, column) in table.columns.enumerated() where column.merge != .last {
            throw place(of: "merge", in: number).refusal(
                "rows of an immutable table are only inserted, so nothing is left to merge",
                cure: "leave merge out, or immutable: true"
            )
        }
        for (number, column) in table.columns.enumerated() where column.writer != nil {
            throw place(of: "writer", in: number).refusal(
                "rows of an immutable table are written once, whole, by the table's writer",
                cure: "leave writer out, or put the column into a table of its own"
            )
        }
        if words["together"] != nil {
            throw words.refusal(
                at: "together",
                "a row of an immutable table is one cell already",
                cure: "leave together out"
            )
        }
        for source in effects where source.effect.event != .insert {
            throw source.place.refusal(
                "rows of an immutable table are never deleted and never change",
                cure: "hang the effect on insert"
            )
        }
    }

    /// Columns that share a cell travel and win together, so they must be of one kind.
    func checkTogether() throws(SchemaError) {
        for group in table.together {
            let place = words.place(of: "together")
            for column in group {
                let reason: String? =
                    if table.key.contains(column) {
                        "is of the key"
                    } else if table.columns[column].generated != nil {
                        "is generated"
                    } else if table.columns[column].merge != .last {
                        "has a merge rule of its own"
                    } else {
                        nil
                    }
                guard let reason else { continue }
                throw place.refusal(
                    "\(table.columns[column].name) \(reason), and only columns of merge: last share a cell",
                    cure: "take it out of the group"
                )
            }
            guard Set(group.map { table.columns[$0].writer ?? table.writer }).count == 1 else {
                throw place.refusal(
                    "the columns of one cell have different writers",
                    cure: "give them one writer, or part the group"
                )
            }
        }
    }
}
