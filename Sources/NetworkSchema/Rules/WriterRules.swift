/// Who may write what, within one table.
extension TableSource {
    func checkWriters() throws(SchemaError) {
        try checkStore(table.writer, at: words.place(of: "writer"))
        for (number, column) in table.columns.enumerated() {
            if let writer = column.writer {
                try checkStore(writer, at: place(of: "writer", in: number))
                if column.isRequired, column.defaultValue == nil, !table.writer.isWithin(writer) {
                    throw place(of: "required", in: number).refusal(
                        "who inserts the row may not write this column, and so cannot give it a value",
                        cure: "write a default, or leave required out"
                    )
                }
            }
            if case .escrow(let escrow) = column.merge { try checkMint(escrow, of: number) }
        }
    }

    /// {store: COLUMN} names a store that can receive the row.
    private func checkStore(_ writer: Writer, at place: Place) throws(SchemaError) {
        guard case .storeNamed(let column) = writer else { return }
        try checkNamesNode(column, "writer", at: place)
        var stores: [Int] = []
        for scope in table.scopes {
            guard case .store(let column) = scope else { return }
            stores.append(column)
        }
        guard stores.contains(column) else {
            let names = stores.map { table.columns[$0].name }
            throw place.refusal(
                "the store that \(table.columns[column].name) names does not receive the row",
                cure: "name \(names.joined(separator: " or ")), or add {store: \(table.columns[column].name)} to scope"
            )
        }
    }

    /// Who may raise an escrow column must be able to write it.
    private func checkMint(_ escrow: Escrow, of column: Int) throws(SchemaError) {
        let writer = table.columns[column].writer ?? table.writer
        guard let mint = escrow.mint else {
            guard writer == .hub else { return }
            throw place(of: "merge", in: column).refusal(
                "only the store of the row may raise the column, and only the hub may write it",
                cure: "write mint: hub, or writer: any"
            )
        }
        let place = place(of: "mint", in: column)
        try checkStore(mint, at: place)
        guard mint.isWithin(writer) else {
            throw place.refusal(
                "who may raise the column may not write it",
                cure: "write writer: any in the column, or another mint"
            )
        }
    }

    /// A column that names a store or a region: text, and in the row itself.
    func checkNamesNode(_ column: Int, _ word: String, at place: Place) throws(SchemaError) {
        let named = table.columns[column]
        guard named.type == .text else {
            throw place.refusal(
                "\(word): \(named.name) must be text to name a store or a region, got \(named.type.rawValue)",
                cure: "write type: text in \(named.name)"
            )
        }
        guard named.generated == nil else {
            throw place.refusal(
                "\(word): \(named.name) is generated, and who receives a row must be written in it",
                cure: "name a column that is written"
            )
        }
    }
}

extension Writer {
    /// Whether everyone of this writer is of `other`, too.
    func isWithin(_ other: Writer) -> Bool {
        switch (self, other) {
        case (_, .any), (.storeNamed, .store): true
        default: self == other
        }
    }

    /// Whether someone is of both.
    func meets(_ other: Writer) -> Bool {
        switch (self, other) {
        case (.any, _), (_, .any): true
        case (.hub, let writer), (let writer, .hub): writer == .hub
        default: true
        }
    }
}
