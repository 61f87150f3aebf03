import ChangeLog
import NetworkSchema

extension TableTriggers {
    var delete: [Trigger] {
        if table.table.isImmutable {
            let refusal = Refusal.immutable(table: name).raise("rows are only inserted, never deleted")
            return [trigger("delete", "BEFORE DELETE", ["SELECT \(refusal)"])]
        }
        if let child = plan.immutableDescendant(of: table.number) {
            let refusal = Refusal.immutable(table: name).raise("rows of \(child) hang on it, and are never deleted")
            return [trigger("delete", "BEFORE DELETE", ["SELECT \(refusal)"])]
        }
        let permission = rules.permission(table.table.writer, of: table, row: .old)
        if case .never(let why) = permission {
            let refusal = Refusal.notYours(table: name, column: nil).raise(why)
            return [trigger("delete", "BEFORE DELETE", ["SELECT \(refusal)"])]
        }
        var refusals = Refusals()
        if let denial = permission.denial {
            refusals.add(denial.condition, .notYours(table: name, column: nil), denial.why)
        }
        let held = table.internalTable("held")
        for cell in table.escrow {
            let column = table.cells[cell]
            let floor = SQLNumber.text(table.escrowTerms(ofCell: cell)?.floor ?? 0)
            refusals.add(
                "coalesce((SELECT \(column) FROM \(held) WHERE \(keyIs("OLD"))), 0) <> OLD.\(column) - \(floor)",
                .noRights(table: name, column: columns[cell].name),
                "another node holds rights in the row"
            )
        }
        var body = refusals.statements
        if !table.escrow.isEmpty { body.append("DELETE FROM \(held) WHERE \(keyIs("OLD"))") }
        body.append(capture("OLD", mask: "\(CaptureRow.deleteMask)"))
        return [trigger("delete", "AFTER DELETE", body)]
    }
}

extension SchemaPlan {
    /// The name of an immutable table whose rows have their scope, at any remove, by a row of this table. Parents of
    /// immutable tables are not deleted: children that this node has not seen would be lost.
    func immutableDescendant(of table: Int) -> String? {
        for child in children[table] where child.table != table {
            if tables[child.table].table.isImmutable { return tables[child.table].table.name }
            if let deeper = immutableDescendant(of: child.table) { return deeper }
        }
        return nil
    }
}
