import ChangeLog
import NetworkSchema

extension TableTriggers {
    /// What a write of this table does elsewhere, in creation order: the last to run stands first.
    ///
    /// Each effect stands between two rows of the capture that name its cause, so that the hub can take it back with
    /// it. Deleting a parent deletes its children: that is an effect too, and runs after the schema's own.
    var effects: [Trigger] {
        var triggers: [Trigger] = []
        if !table.table.isImmutable { triggers += childDeletes }
        for (number, effect) in table.table.effects.enumerated().reversed() {
            triggers += self.triggers(for: effect, number: number)
        }
        return triggers
    }

    private func triggers(for effect: Effect, number: Int) -> [Trigger] {
        switch effect.event {
        case .insert:
            return [trigger("effect\(number)", "AFTER INSERT", body(of: effect, row: "NEW"))]
        case .delete:
            return [trigger("effect\(number)", "AFTER DELETE", body(of: effect, row: "OLD"))]
        case .set(let column):
            let name = SQLName.quoted(table.table.columns[column].name)
            let isSet =
                "OLD.\(name) IS NULL AND NEW.\(name) IS NOT NULL "
                + "AND NOT (SELECT active FROM linli_restore WHERE one = 1)"
            return [
                trigger("effect\(number)", "AFTER UPDATE OF \(name)", when: isSet, body(of: effect, row: "NEW")),
                trigger(
                    "effect\(number)i",
                    "AFTER INSERT",
                    when: "NEW.\(name) IS NOT NULL",
                    body(of: withoutOld(effect), row: "NEW")
                ),
            ]
        }
    }

    /// A row that is inserted with the column set was nothing before: every value of OLD is NULL.
    private func withoutOld(_ effect: Effect) -> Effect {
        var effect = effect
        effect.statement = SQLNames.replace(in: effect.statement) { found in
            found.qualifier.map { SQLNames.areEqual($0, "OLD") } == true ? "NULL" : nil
        }
        return effect
    }

    private func body(of effect: Effect, row: String) -> [String] {
        var body = [bracket(CaptureRow.effectBegins, row), effect.statement]
        if !effect.isOptional {
            body.append(
                "SELECT \(Refusal.effect(table: name).raise("its effect found no row to change")) "
                    + "WHERE changes() = 0"
            )
        }
        body.append(bracket(CaptureRow.effectEnds, row))
        return body
    }

    private var childDeletes: [Trigger] {
        plan.children[table.number].enumerated().map { number, child in
            let children = plan.tables[child.table]
            let by = SQLName.quoted(children.table.columns[child.by].name)
            return trigger(
                "children\(number)",
                "AFTER DELETE",
                [
                    bracket(CaptureRow.effectBegins, "OLD"),
                    "DELETE FROM \(children.name) WHERE \(by) = OLD.\(table.key[0])",
                    bracket(CaptureRow.effectEnds, "OLD"),
                ]
            )
        }
    }

    private func bracket(_ kind: Int64, _ row: String) -> String {
        CaptureRow.insert(table: "\(kind)", mask: "\(table.number)", keyValues(row), keys: table.key.count)
    }
}
