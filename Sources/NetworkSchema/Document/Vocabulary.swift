/// The words that one kind of mapping knows, and what to say to those that people bring from elsewhere.
struct Vocabulary {
    /// "a column"
    let subject: String
    let words: [String]
    /// A whole mapping, as a cure writes it.
    let example: String
    /// Word: what is wrong with it, and the cure.
    let strangers: [String: (what: String, cure: String)]

    func refusal(of word: String, at place: Place) -> SchemaError {
        if let stranger = strangers[word.lowercased()] ?? Self.everywhere[word.lowercased()] {
            return place.refusal("\(word): \(stranger.what)", cure: stranger.cure)
        }
        return place.refusal("\(subject) has no word \(shown(word))", cure: choice(word, of: words))
    }

    func cure(forMissing word: String) -> String {
        "write " + (Self.examples["\(subject) \(word)"] ?? Self.examples[word] ?? "\(word): …")
    }

    private static let examples = [
        "schema": "schema: NAME",
        "version": "version: 1",
        "currency": "currency: CNY",
        "tables": "tables: {NAME: {scope: …, writer: …, key: […], columns: {…}}}",
        "scope": "scope: network, hub, {store: COLUMN}, {region: COLUMN} or {parent: TABLE, by: COLUMN}",
        "writer": "writer: hub, store or any: who may write is never left to chance",
        "key": "key: [COLUMN, …]",
        "a table columns": "columns: {NAME: {type: text}, …}",
        "an index columns": "columns: [COLUMN, …]",
        "type": "type: text, integer, boolean, time, blob or id",
        "table": "table: TABLE",
        "sql": "sql: \"INSERT …, UPDATE … or DELETE …\"",
        "parent": "parent: TABLE",
        "by": "by: COLUMN",
        "hub": "hub: PERCENT",
        "store": "store: COLUMN",
        "region": "region: COLUMN",
    ]

    private static let comment = (what: "is not a word of the format", cure: "write a YAML comment: # …")

    private static let everywhere: [String: (what: String, cure: String)] = [
        "unique": (
            "two stores that cannot see each other may both take one value, and neither is wrong",
            "make it the table's key, or show the doubles in a view named exception_…"
        ),
        "references": foreign, "foreign_key": foreign, "foreign_keys": foreign, "foreign": foreign,
        "on_delete": foreign, "on_update": foreign, "cascade": foreign,
        "comment": comment, "description": comment, "doc": comment, "note": comment, "title": comment,
        "<<": (
            "mappings are not merged into each other",
            "write the words out, or let an alias stand for the whole mapping"
        ),
        "primary_key": ("the key stands at the table", "write key: [COLUMN, …] there"),
        "triggers": trigger, "trigger": trigger,
    ]

    private static let foreign = (
        what: "foreign keys are not enforced: rows arrive in the network's order, and a delete may meet a child unseen",
        cure: "write scope: {parent: TABLE, by: COLUMN} where the row follows its parent, else leave it out"
    )

    private static let trigger = (
        what: "a trigger would also run where the rows arrive, and so run twice",
        cure: "write effects: {insert: \"…\"}, which run at the writing node only"
    )
}

// MARK: The words of each mapping

extension Vocabulary {
    static let document = Vocabulary(
        subject: "a schema",
        words: ["schema", "version", "currency", "tables", "views", "indexes"],
        example: "schema, version, currency and tables",
        strangers: ["name": ("the name is the value of schema", "write schema: NAME")]
    )

    static let table = Vocabulary(
        subject: "a table",
        words: ["scope", "writer", "key", "columns", "immutable", "together", "effects"],
        example: "{scope: …, writer: …, key: […], columns: {…}}",
        strangers: [
            "indexes": (
                "indexes stand beside tables, not in one",
                "write indexes: {NAME: {table: TABLE, columns: […]}} at the top"
            ),
            "checks": oneColumn, "check": oneColumn,
            "merge": ("each column merges by its own rule", "write merge in the column"),
        ]
    )

    static let column = Vocabulary(
        subject: "a column",
        words: [
            "type", "merge", "default", "check", "generated", "writer", "required", "floor", "share", "step", "mint",
        ],
        example: "{type: text}",
        strangers: [
            "nullable": null, "null": null, "not_null": null, "notnull": null, "optional": null,
            "primary": ("the key stands at the table", "write key: [COLUMN, …] there"),
            "key": ("the key stands at the table", "write key: [COLUMN, …] there"),
            "scope": ("a row has a scope, a column has none", "write scope at the table"),
            "immutable": ("only a whole table is immutable", "write immutable: true at the table, or merge: first"),
            "together": ("columns that share a cell are listed at the table", "write together: [[COLUMN, …]] there"),
            "autoincrement": counted, "auto_increment": counted, "serial": counted, "sequence": counted,
            "collate": ("texts compare as bytes, at every node alike", "leave it out, and sort in the query"),
            "length": bounded, "max_length": bounded, "min": bounded, "max": bounded, "precision": decimals,
            "scale": decimals,
            "enum": (
                "a list of values is a check", "write check: \"COLUMN IN ('a', 'b')\""
            ),
            "ceiling": (
                "rights are units above a floor", "keep a second escrow column for what is left to the ceiling"
            ),
        ]
    )

    static let index = Vocabulary(
        subject: "an index",
        words: ["table", "columns"],
        example: "{table: TABLE, columns: [COLUMN, …]}",
        strangers: [
            "on": ("the table is the value of table", "write table: TABLE"),
            "where": ("an index holds all rows", "leave it out"),
        ]
    )

    static let effects = Vocabulary(
        subject: "effects",
        words: ["insert", "delete", "set"],
        example: "{insert: \"UPDATE …\"}",
        strangers: [
            "update": (
                "a value of merge: last changes many times and may lose a merge, and its effects would stay",
                "hang the effect on the insert of an immutable fact, or on set: {COLUMN: …} of a column of merge: first"
            )
        ]
    )

    static let effect = Vocabulary(
        subject: "an effect",
        words: ["sql", "optional"],
        example: "\"UPDATE …\", or {sql: \"UPDATE …\", optional: true}",
        strangers: ["statement": ("the statement is the value of sql", "write sql: \"…\"")]
    )

    static let storeScope = scope("store")
    static let regionScope = scope("region")

    static let parentScope = Vocabulary(
        subject: "a parent scope",
        words: ["parent", "by"],
        example: "{parent: TABLE, by: COLUMN}",
        strangers: [:]
    )

    static let storeWriter = Vocabulary(
        subject: "a writer",
        words: ["store"],
        example: "hub, store, any or {store: COLUMN}",
        strangers: ["region": ("a region has no node of its own to write", "write hub, store, any or {store: COLUMN}")]
    )

    static let share = Vocabulary(
        subject: "share",
        words: ["hub", "by"],
        example: "share: {hub: PERCENT}",
        strangers: ["store": ("the store has what the hub does not", "write share: {hub: PERCENT}")]
    )

    private static func scope(_ word: String) -> Vocabulary {
        Vocabulary(
            subject: "a \(word) scope",
            words: [word],
            example: "{\(word): COLUMN}",
            strangers: ["region": several, "store": several, "parent": several]
        )
    }

    private static let several = (
        what: "one scope has one of store, region and parent",
        cure: "write a list where several receive the row: scope: [{store: from_store}, {store: to_store}]"
    )
    private static let oneColumn = (
        what: "two valid halves may merge into a row that fails, so a check sees one column",
        cure: "write check in the column, and show what spans columns in a view named exception_…"
    )
    private static let null = (
        what: "columns hold NULL unless they are required", cure: "write required: true, or leave it out"
    )
    private static let counted = (
        what: "two stores that cannot see each other would draw the same number", cure: "write type: id"
    )
    private static let bounded = (
        what: "is not a word of the format", cure: "write a check, such as check: \"length(COLUMN) <= 40\""
    )
    private static let decimals = (
        what: "there is no floating point", cure: "write type: integer, in thousandths or minor units of the currency"
    )
}
