/// The names of a table's columns, in the document's order: what a scope, a key or a writer may name.
struct ColumnNames {
    let table: String
    let names: [String]

    /// The place in `Table.columns` of the column that `field` names.
    func column(_ field: Field) throws(SchemaError) -> Int {
        let name = try field.bareWord(expected: "a column")
        guard let column = names.firstIndex(of: name) else {
            throw field.refusal("table \(table) has no column \(shown(name))", cure: choice(name, of: names))
        }
        return column
    }

    /// A list of columns, none twice.
    func list(_ fields: [Field], example: String) throws(SchemaError) -> [Int] {
        var columns: [Int] = []
        for field in fields {
            let column = try column(field)
            guard !columns.contains(column) else {
                throw field.refusal("\(names[column]) stands twice", cure: "write \(example)")
            }
            columns.append(column)
        }
        return columns
    }
}
