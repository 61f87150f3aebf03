/// What one table may become.
struct TableEvolution {
    let old: Table
    let new: Table
    let places: DocumentPlaces

    init(from old: Table, to new: Table, places: DocumentPlaces) {
        self.old = old
        self.new = new
        self.places = places
    }

    func check() throws(SchemaError) {
        try checkHead()
        for column in old.columns { try checkKept(column) }
        for (number, column) in new.columns.enumerated() where old.column(named: column.name) == nil {
            try checkAdded(column, number)
        }
        try checkTogether()
        try checkEffects()
    }

    private func checkHead() throws(SchemaError) {
        let named = (old: NamedTable(old), new: NamedTable(new))
        let differences = [
            ("scope", named.old.scopes == named.new.scopes, "rows would have to move between stores that are away"),
            ("writer", named.old.writer == named.new.writer, "what one version lets a store write, the other refuses"),
            ("key", named.old.key == named.new.key, "rows of the two versions could not be told apart"),
            ("immutable", old.isImmutable == new.isImmutable, "rows would merge differently at the two versions"),
        ]
        for (word, isSame, reason) in differences where !isSame {
            throw places.word(word, ofTable: new.name).refusal(
                "\(word) changed, and \(reason)",
                cure: "keep \(word) as it was, add a table with the other \(word), write both, then only the new one"
            )
        }
    }

    private func checkKept(_ column: Column) throws(SchemaError) {
        guard let number = new.column(named: column.name) else {
            let renamed = new.columns.first { old.column(named: $0.name) == nil && $0.type == column.type }
            throw places.word("columns", ofTable: new.name).refusal(
                "column \(column.name) is gone, and stores still write it",
                cure: renamed.map {
                    "a rename to \($0.name) takes both: keep \(column.name), write both, then only \($0.name)"
                } ?? "keep it, and let applications stop writing it"
            )
        }
        let kept = NamedColumn(column, in: old)
        guard let word = kept.difference(from: NamedColumn(new.columns[number], in: new)) else { return }
        throw places.column(column.name, ofTable: new.name).refusal(
            "\(word) changed, and stores of both versions write the column",
            cure: "keep \(word) as it was, add a column with the other \(word), write both, then only the new one"
        )
    }

    /// Rows that exist, and writes of stores that do not know the column yet, must have a value for it.
    private func checkAdded(_ column: Column, _ number: Int) throws(SchemaError) {
        let place = places.column(column.name, ofTable: new.name)
        if column.isRequired, column.defaultValue == nil {
            throw place.refusal(
                "the rows that exist have no value for a required column",
                cure: "write a default, or leave required out"
            )
        }
        if case .escrow(let escrow) = column.merge, escrow.floor != 0 {
            throw place.refusal(
                "the rows that exist begin at 0, and with floor \(escrow.floor) nobody would hold the units between",
                cure: "leave floor out, or put the column into a new table"
            )
        }
    }

    private func checkTogether() throws(SchemaError) {
        let place = places.word("together", ofTable: new.name)
        let groups = Set(new.together.map { Set($0.map { new.columns[$0].name }) })
        for group in old.together.map({ Set($0.map { old.columns[$0].name }) }) where !groups.contains(group) {
            throw place.refusal(
                "the group of \(group.sorted().joined(separator: " and ")) changed, and its cell with it",
                cure: "keep the group as it was, and group new columns apart"
            )
        }
        let grouped = Set(old.together.joined().map { old.columns[$0].name })
        for group in groups {
            for name in group.sorted() where old.column(named: name) != nil && !grouped.contains(name) {
                throw place.refusal(
                    "\(name) had a cell of its own and joins a group now",
                    cure: "leave it out, and group new columns only"
                )
            }
        }
    }

    private func checkEffects() throws(SchemaError) {
        var left = new.effects.map { NamedEffect($0, in: new) }
        for effect in old.effects.map({ NamedEffect($0, in: old) }) {
            guard let match = left.firstIndex(where: effect.isSame(as:)) else {
                throw places.word("effects", ofTable: new.name).refusal(
                    "the effect on \(effect.event) is gone or changed, and stores of the old version still run it",
                    cure: "keep it as it was, add a table with the new effect, and let applications write there instead"
                )
            }
            left.remove(at: match)
        }
    }
}
