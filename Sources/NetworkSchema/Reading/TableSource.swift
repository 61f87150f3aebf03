/// One table as it stands in the document: its value, and where its words are.
///
/// What is checked here needs no other table; the rules that span tables are `SchemaSource`'s.
struct TableSource {
    let place: Place
    let words: Words
    let columns: [ColumnSource]
    let effects: [EffectSource]
    let table: Table

    init(_ field: Field) throws(SchemaError) {
        place = field.place
        words = try Words(field, .table)
        let scope = try words.required("scope")
        let writer = try words.required("writer")
        let key = try words.required("key")
        columns = try Self.columns(words.required("columns"), of: field.word)
        let names = ColumnNames(table: field.word, names: columns.map(\.column.name))
        effects =
            try words["effects"].map { field throws(SchemaError) in try EffectSource.all(in: field, among: names) }
            ?? []
        table = Table(
            name: field.word,
            scopes: try scope.scopes(among: names),
            writer: try writer.writer(among: names),
            isImmutable: try words["immutable"]?.flag() ?? false,
            key: try Self.key(key, among: names),
            columns: columns.map(\.column),
            together: try words["together"].map { field throws(SchemaError) in try Self.together(field, names) } ?? [],
            effects: effects.map(\.effect)
        )
        try checkKey()
        try checkColumns()
        try checkImmutability()
        try checkTogether()
        try checkScopeColumns()
        try checkWriters()
        try checkEffectEvents()
    }

    /// Of a word of the column, or of the column.
    func place(of word: String, in column: Int) -> Place { columns[column].words.place(of: word) }

    private static func columns(_ field: Field, of table: String) throws(SchemaError) -> [ColumnSource] {
        let fields = try field.named("column", expected: "columns: {NAME: {type: text}, …}")
        guard (1...SchemaLimits.columnsMax).contains(fields.count) else {
            throw field.refusal("the table has \(fields.count) columns", cure: "write 1 to \(SchemaLimits.columnsMax)")
        }
        let names = ColumnNames(table: table, names: fields.map(\.word))
        var columns: [ColumnSource] = []
        for field in fields { columns.append(try ColumnSource(field, among: names)) }
        return columns
    }

    private static func key(_ field: Field, among names: ColumnNames) throws(SchemaError) -> [Int] {
        let fields = try field.list(expected: "key: [COLUMN, …]")
        guard !fields.isEmpty else {
            throw field.refusal("a row without a key cannot be told from another", cure: "write key: [COLUMN, …]")
        }
        return try names.list(fields, example: "each key column once")
    }

    /// One group, or a list of groups.
    private static func together(_ field: Field, _ names: ColumnNames) throws(SchemaError) -> [[Int]] {
        let fields = try field.list(expected: "together: [[COLUMN, COLUMN], …]")
        let groups = fields.contains { $0.isList } ? fields : [field]
        var taken: Set<Int> = []
        var together: [[Int]] = []
        for group in groups {
            let columns = try names.list(group.list(expected: "a list of columns"), example: "each column once")
            guard columns.count > 1 else {
                throw group.refusal("a group of \(columns.count) shares nothing", cure: "name two columns or more")
            }
            if let column = columns.first(where: taken.contains) {
                throw group.refusal(
                    "\(names.names[column]) stands in two groups, and a column has one cell",
                    cure: "make the two one group"
                )
            }
            taken.formUnion(columns)
            together.append(columns.sorted())
        }
        return together
    }
}
