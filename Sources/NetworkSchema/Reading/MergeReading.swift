/// A column's merge rule, and the words that only an escrow column knows.
struct MergeReading {
    let rule: MergeRule

    init(_ words: Words, _ type: ColumnType, _ names: ColumnNames) throws(SchemaError) {
        let word = try words["merge"].map { field throws(SchemaError) in try Self.word(field) } ?? "last"
        try Self.refuseMisfit(words, word, type)
        switch word {
        case "first": rule = .first
        case "max": rule = .max
        case "min": rule = .min
        case "counter": rule = .counter
        case "escrow": rule = .escrow(try Self.escrow(words, names))
        default: rule = .last
        }
    }

    private static let rules = ["last", "first", "max", "min", "counter", "escrow"]

    private static func word(_ field: Field) throws(SchemaError) -> String {
        let word = try field.bareWord(expected: "last, first, max, min, counter or escrow")
        if rules.contains(word) { return word }
        let cure = foreignRules[word.lowercased()] ?? choice(word, of: rules)
        throw field.refusal("there is no merge rule \(shown(word))", cure: cure)
    }

    private static let foreignRules = [
        "lww": "write last", "sum": "write counter", "add": "write counter", "set": "write last",
        "immutable": "write immutable: true at the table, or merge: first",
    ]

    private static func refuseMisfit(_ words: Words, _ rule: String, _ type: ColumnType) throws(SchemaError) {
        let fitting: [ColumnType] =
            switch rule {
            case "counter", "escrow": [.integer]
            case "max", "min": [.integer, .time]
            default: ColumnType.allCases
            }
        guard fitting.contains(type) else {
            let needed = fitting.map(\.rawValue).joined(separator: " or ")
            throw words.refusal(
                at: "merge",
                "merge \(rule) needs type \(needed), got \(type.rawValue)",
                cure: "write type: \(fitting[0].rawValue)"
            )
        }
        guard rule != "escrow" else { return }
        for word in ["floor", "share", "step", "mint"] where words[word] != nil {
            throw words.refusal(
                at: word,
                "\(word) belongs to rights, and only merge: escrow has them, got merge: \(rule)",
                cure: "write merge: escrow, or leave \(word) out"
            )
        }
    }

    private static func escrow(_ words: Words, _ names: ColumnNames) throws(SchemaError) -> Escrow {
        let limit = SchemaLimits.unitsMax
        let floor = try words["floor"]?.integer(in: -limit...limit) ?? 0
        let share = try words["share"].map { field throws(SchemaError) in try hubShare(field, names) }
        let step = try words["step"]?.integer(in: 1...limit) ?? 1
        if words["step"] != nil, share == nil {
            throw words.refusal(
                at: "step",
                "step says in what multiples a share moves, and there is no share",
                cure: "write share: {hub: PERCENT} too, or leave step out"
            )
        }
        return Escrow(
            floor: floor,
            hubSharePercent: share?.percent,
            hubShareColumn: share?.column,
            step: step,
            mint: try words["mint"]?.writer(among: names)
        )
    }

    private static func hubShare(
        _ field: Field,
        _ names: ColumnNames
    ) throws(SchemaError) -> (percent: Int, column: Int?) {
        let words = try Words(field.inside("share"), .share)
        let column = try words["by"].map { field throws(SchemaError) in try names.column(field) }
        return (Int(try words.required("hub").integer(in: 0...100)), column)
    }
}
