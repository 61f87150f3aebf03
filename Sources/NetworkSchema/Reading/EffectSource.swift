/// One effect as it stands in the document.
struct EffectSource {
    let place: Place
    let effect: Effect
    let statement: EffectStatement

    /// A statement, or {sql: STATEMENT, optional: true}.
    private init(_ field: Field, on event: Effect.Event) throws(SchemaError) {
        place = field.place
        let words = field.isMapping ? try Words(field, .effect) : nil
        let sql = try (words?.required("sql") ?? field).sql(expected: "one INSERT, UPDATE or DELETE")
        do {
            statement = try EffectStatement(sql)
        } catch {
            throw field.place.refusal(error.what, cure: error.cure)
        }
        effect = Effect(event: event, statement: sql.text, isOptional: try words?["optional"]?.flag() ?? false)
    }

    /// effects: {insert: …, delete: …, set: {COLUMN: …}}, each one effect or a list of them.
    static func all(in field: Field, among names: ColumnNames) throws(SchemaError) -> [EffectSource] {
        var effects: [EffectSource] = []
        for event in try Words(field, .effects).all {
            switch event.word {
            case "insert": effects += try list(event.inside("effect on insert"), on: .insert)
            case "delete": effects += try list(event.inside("effect on delete"), on: .delete)
            default:
                for entry in try event.entries(expected: "set: {COLUMN: \"UPDATE …\"}") {
                    guard let column = names.names.firstIndex(of: entry.word) else {
                        throw entry.place.refusal(
                            "set: table \(names.table) has no column \(shown(entry.word))",
                            cure: choice(entry.word, of: names.names)
                        )
                    }
                    effects += try list(entry.inside("effect on set \(entry.word)"), on: .set(column: column))
                }
            }
        }
        guard effects.count <= SchemaLimits.effectsMax else {
            throw field.refusal(
                "the table has \(effects.count) effects",
                cure: "write at most \(SchemaLimits.effectsMax)"
            )
        }
        return effects
    }

    private static func list(_ field: Field, on event: Effect.Event) throws(SchemaError) -> [EffectSource] {
        guard field.isList else { return [try EffectSource(field, on: event)] }
        var effects: [EffectSource] = []
        for element in try field.list(expected: "a list of statements") {
            effects.append(try EffectSource(element, on: event))
        }
        return effects
    }
}
