import ChangeLog
import NetworkSchema
import Replica

/// Folds what an application wrote, batch after batch, as a daemon does, and checks what every batch must hold.
final class CapturedBatches {
    private let plan: SchemaPlan
    private(set) var shadow: ShadowReplica
    private(set) var through: Int64 = 0
    private var clock = HybridClock()

    init(plan: SchemaPlan) {
        self.plan = plan
        shadow = ShadowReplica(plan: plan)
    }

    /// The operations of the next batch, applied to the shadow. Throws what is wrong with them.
    @discardableResult
    func next(_ sql: SQL) throws -> [Operation] {
        let (shadow, before) = (self.shadow, clock.last)
        var writer = SegmentWriter(segmentBytesTarget: 512)
        var operations: [Operation] = []
        let result = try CaptureFold.fold(
            sql,
            plan: plan,
            after: through,
            life: { shadow.unusualLife($0) },
            clock: &clock
        ) { operation, shape in
            writer.write(operation, shape: shape)
            operations.append(operation)
        }
        guard let result else { return [] }
        through = result.through
        guard result.operations == operations.count else {
            throw ShadowReplica.Mistake(description: "\(result.operations) operations said, \(operations.count) given")
        }
        try check(operations, after: before)
        try checkCodec(writer.finish(), operations)
        for operation in operations { try self.shadow.apply(operation) }
        return operations
    }

    /// Trims the capture as an apply does: all that is sealed but the newest row.
    func trim(_ sql: SQL) throws {
        try sql.execute("DELETE FROM linli_capture WHERE seq < \(through)")
    }

    private func check(_ operations: [Operation], after stamp: Stamp) throws {
        for (place, operation) in operations.enumerated() {
            if operation.stamp <= stamp || operation.stamp > clock.last {
                throw ShadowReplica.Mistake(description: "a stamp outside of the batch: \(operation)")
            }
            if let cause = operation.cause, cause >= place {
                throw ShadowReplica.Mistake(description: "an effect before its cause: \(operation)")
            }
        }
    }

    private func checkCodec(_ segments: [[UInt8]], _ operations: [Operation]) throws {
        var read: [Operation] = []
        for segment in segments {
            var reader = SegmentReader(segment, place: read.count)
            while let operation = try reader.next() { read.append(operation) }
        }
        guard read == operations else {
            throw ShadowReplica.Mistake(description: "the changeset reads differently from what was written")
        }
    }

    /// What differs between the shadow and the tables; nil when nothing does.
    func difference(_ sql: SQL) throws -> String? {
        for table in plan.tables {
            let columns = (table.key + table.cells).joined(separator: ", ")
            let statement = try sql.statement("SELECT \(columns) FROM \(table.name)")
            var count = 0
            while try statement.step() {
                let key = table.key.indices.map { statement.value($0) }
                let values = table.cells.indices.map { statement.value(table.key.count + $0) }
                guard shadow.rows[RowKey(table: table.number, key: key)]?.values == values else {
                    let known = shadow.rows[RowKey(table: table.number, key: key)].map { "\($0.values)" } ?? "nothing"
                    return "\(table.table.name) \(key): \(values) in the table, \(known) captured"
                }
                count += 1
            }
            let known = shadow.rows.keys.filter { $0.table == table.number }.count
            if known != count { return "\(table.table.name): \(count) rows in the table, \(known) captured" }
            if let rights = try rightsDifference(sql, table) { return rights }
        }
        return nil
    }

    /// Units held here are what the ledger says; with those granted away they are the column minus its floor.
    private func rightsDifference(_ sql: SQL, _ table: TablePlan) throws -> String? {
        guard !table.escrow.isEmpty else { return nil }
        let columns = (table.key + table.escrow.map { table.cells[$0] }).joined(separator: ", ")
        let statement = try sql.statement("SELECT \(columns) FROM \(table.internalTable("held"))")
        var count = 0
        while try statement.step() {
            count += 1
            let row = RowKey(table: table.number, key: table.key.indices.map { statement.value($0) })
            for (index, cell) in table.escrow.enumerated() {
                let held = statement.integer(table.key.count + index)
                let floor = table.escrowTerms(ofCell: cell)?.floor ?? 0
                guard let ledger = shadow.ledgers[row]?[cell], let value = shadow.rows[row]?.values[cell].integer,
                    held >= 0, ledger.units(of: "me") == held, ledger.total == value - floor
                else {
                    return "\(table.table.name) \(row): \(held) held, the ledger says \(shadow.ledgers[row] ?? [:])"
                }
            }
        }
        let known = shadow.ledgers.keys.filter { $0.table == table.number }.count
        return known == count ? nil : "\(table.table.name): rights of \(count) rows, ledgers of \(known)"
    }
}
