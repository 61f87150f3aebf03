import ChangeLog
import NetworkSchema

extension TableTriggers {
    var update: [Trigger] {
        if table.table.isImmutable {
            let refusal = Refusal.immutable(table: name).raise("rows are only inserted, never changed")
            return [trigger("update", "BEFORE UPDATE", ["SELECT \(refusal)"])]
        }
        let permissions = columns.map { rules.permission($0.writer ?? table.table.writer, of: table, row: .old) }
        if let refusal = refusalOfAll(permissions) {
            return [trigger("update", "BEFORE UPDATE", ["SELECT \(refusal)"])]
        }
        // One permission for all columns is asked once a row; different ones only when their column is written.
        let asked = Set(permissions.filter { if case .when = $0 { true } else { false } })
        let shared = asked.count == 1 ? asked.first : nil
        var triggers: [Trigger] = [capturedUpdate(shared), keyGuard]
        for (cell, permission) in permissions.enumerated() where permission != shared {
            guard let denial = permission.denial else { continue }
            let refusal = Refusal.notYours(table: name, column: columns[cell].name).raise(denial.why)
            let (old, new) = ("OLD.\(table.cells[cell])", "NEW.\(table.cells[cell])")
            let always = denial.condition == "1"
            triggers.append(
                trigger(
                    "writer\(cell)",
                    "BEFORE UPDATE OF \(table.cells[cell])",
                    when: "\(old) IS NOT \(new)\(always ? "" : " AND \(denial.condition)")",
                    ["SELECT \(refusal)"]
                )
            )
        }
        triggers += checks
        if !longColumns.isEmpty { triggers += lengths }
        for cell in table.escrow { triggers += rights(cell) }
        for cell in columns.indices { triggers += keeps(cell) }
        return triggers
    }

    /// When this node may write no column, one refusal for the table.
    private func refusalOfAll(_ permissions: [Permission]) -> String? {
        guard case .some(.never(let why)) = permissions.first,
            permissions.allSatisfy({ if case .never = $0 { true } else { false } })
        else { return nil }
        return Refusal.notYours(table: name, column: nil).raise(why)
    }

    private var keyGuard: Trigger {
        let changed = table.key.map { "OLD.\($0) IS NOT NEW.\($0)" }.joined(separator: " OR ")
        let why = "a key is never changed; delete the row and insert another"
        return trigger(
            "key",
            "BEFORE UPDATE OF \(table.key.joined(separator: ", "))",
            when: changed,
            ["SELECT \(Refusal.key(table: name).raise(why))"]
        )
    }

    private func capturedUpdate(_ permission: Permission?) -> Trigger {
        var refusals = Refusals()
        if let denial = permission?.denial {
            refusals.add(denial.condition, .notYours(table: name, column: nil), denial.why)
        }
        for cell in table.counters where !table.escrow.contains(cell) {
            refusals.add(
                CounterBounds.isOutside("NEW.\(table.cells[cell])"),
                .check(table: name, column: columns[cell].name),
                CounterBounds.why
            )
        }
        let bits = columns.indices.map { cell in
            let (old, new) = ("OLD.\(table.cells[cell])", "NEW.\(table.cells[cell])")
            // A set `first` keeps its value, so only its setting is a change.
            let changed =
                columns[cell].merge == .first ? "(\(old) IS NULL AND \(new) IS NOT NULL)" : "(\(old) IS NOT \(new))"
            return cell == 0 ? changed : "(\(changed) << \(cell))"
        }
        let mask = bits.isEmpty ? "0" : bits.joined(separator: " | ")
        let deltas = table.counters.map { "NEW.\(table.cells[$0]) - OLD.\(table.cells[$0])" }
        return trigger("update", "AFTER UPDATE", refusals.statements + [capture("NEW", mask: mask, deltas: deltas)])
    }

    private var checks: [Trigger] {
        var triggers: [Trigger] = []
        for (cell, column) in columns.enumerated() {
            let value = "NEW.\(table.cells[cell])"
            var refusals: [(String, String)] = []
            if column.isRequired, !column.merge.isCounter || column.type == .id {
                refusals.append(("\(value) IS NULL", "it must not be NULL"))
            }
            if column.type == .boolean { refusals.append(("\(value) NOT IN (0, 1)", "it is 0 or 1")) }
            if let check = column.check { refusals.append((fails(check, column, of: "NEW"), check)) }
            guard !refusals.isEmpty else { continue }
            var body = Refusals()
            for (condition, why) in refusals { body.add(condition, .check(table: name, column: column.name), why) }
            triggers.append(trigger("check\(cell)", "BEFORE UPDATE OF \(table.cells[cell])", body.statements))
        }
        return triggers
    }

    private var lengths: [Trigger] {
        columns.enumerated().compactMap { cell, column in
            guard column.cellType == .text || column.cellType == .blob else { return nil }
            var refusals = Refusals()
            addLengthRefusals(to: &refusals, columns: [column])
            return trigger("length\(cell)", "BEFORE UPDATE OF \(table.cells[cell])", refusals.statements)
        }
    }

    /// Units are spent and minted together with the column.
    private func rights(_ cell: Int) -> [Trigger] {
        guard let terms = table.escrowTerms(ofCell: cell) else { return [] }
        let column = table.cells[cell]
        let held = table.internalTable("held")
        let (old, new) = ("OLD.\(column)", "NEW.\(column)")
        let columnName = columns[cell].name
        var refusals = Refusals()
        refusals.add(
            CounterBounds.isOutside(new),
            .check(table: name, column: columnName),
            CounterBounds.why
        )
        refusals.add(
            "\(new) < \(old) AND coalesce((SELECT \(column) FROM \(held) WHERE \(keyIs("NEW"))), 0) < \(old) - \(new)",
            .noRights(table: name, column: columnName),
            "it falls by more than this node may spend"
        )
        if let denial = rules.mayMint(terms, of: table, row: .old).denial {
            refusals.add(
                "\(new) > \(old)\(denial.condition == "1" ? "" : " AND \(denial.condition)")",
                .notYours(table: name, column: columnName),
                "this node may not raise it"
            )
        }
        let move =
            "INSERT INTO \(held) (\((table.key + [column]).joined(separator: ", "))) "
            + "VALUES (\(keyValues("NEW")), \(new) - \(old)) ON CONFLICT DO UPDATE SET "
            + "\(column) = \(column) + excluded.\(column)"
        return [
            trigger(
                "rights\(cell)",
                "AFTER UPDATE OF \(column)",
                when: "\(old) IS NOT \(new)",
                refusals.statements + [move]
            )
        ]
    }

    /// `first`, `max` and `min` keep a better value without a word: it is put back.
    private func keeps(_ cell: Int) -> [Trigger] {
        let column = table.cells[cell]
        let (old, new) = ("OLD.\(column)", "NEW.\(column)")
        let isWorse: String
        switch columns[cell].merge {
        case .first: isWorse = "\(old) IS NOT \(new)"
        case .max: isWorse = "(\(new) IS NULL OR \(new) < \(old))"
        case .min: isWorse = "(\(new) IS NULL OR \(new) > \(old))"
        case .last, .counter, .escrow: return []
        }
        return [
            trigger(
                "keep\(cell)",
                "AFTER UPDATE OF \(column)",
                when: "\(old) IS NOT NULL AND \(isWorse) AND NOT (SELECT active FROM linli_restore WHERE one = 1)",
                [
                    "UPDATE linli_restore SET active = 1 WHERE one = 1",
                    "UPDATE \(table.name) SET \(column) = \(old) WHERE \(keyIs("NEW"))",
                    "UPDATE linli_restore SET active = 0 WHERE one = 1",
                ]
            )
        ]
    }
}
