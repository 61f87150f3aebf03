public import ChangeLog
import Crypto
import NetworkSchema

/// What is wrong with a store's files; for `linli doctor`.
public enum StoreDamage: Hashable, Sendable, CustomStringConvertible {
    /// SQLite's own check found something.
    case pages(file: String, finding: String)
    /// A table, trigger, view or index of ours is not as we made it; in words.
    case altered(String)
    /// A kept changeset is not the one that was sealed, or is not chained to the one before it.
    case chain(ChangesetNumber)
    /// A table of rights does not add up: units of all holders against the column minus its floor.
    case rights(table: String, column: String, rows: Int)

    public var description: String {
        switch self {
        case .pages(let file, let finding):
            "\(file) is damaged (\(finding)); restore the directory from a backup, or join anew"
        case .altered(let object):
            "\(object) is not as linli made it; take the application's change back"
        case .chain(let number):
            "changeset \(number) in changes.db is damaged; join anew: what the hub acknowledged is safe there"
        case .rights(let table, let column, let rows):
            "the rights of \(table).\(column) do not add up in \(rows) rows; a client wrote with triggers off: resync"
        }
    }
}

extension StoreReplica {
    /// Reads everything that is kept and checks it. Takes as long as reading both files does; nobody is disturbed.
    public func check() throws(ReplicaError) -> [StoreDamage] {
        try settle()
        var damage: [StoreDamage] = []
        for (connection, file) in [(client, "linli.db"), (log, ChangeLogFile.name)] {
            let finding = try connection.use { sql in try sql.statement("PRAGMA quick_check(1)").firstBytes() ?? [] }
            let text = String(decoding: finding, as: UTF8.self)
            if text != "ok" { damage.append(.pages(file: file, finding: text)) }
        }
        if let number = try brokenLink() { damage.append(.chain(number)) }
        let role = NodeRole.store(name, region: region)
        damage += try client.read { sql in
            try ReplicaSchema.alterations(sql, plan: plan, role: role).map { StoreDamage.altered($0) }
        }
        return damage + (try client.read { sql in try rightsThatDoNotAddUp(sql) })
    }

    /// The first kept changeset whose body, hash or predecessor is not what it says.
    private func brokenLink() throws(ReplicaError) -> ChangesetNumber? {
        try log.read { sql in
            let changesets = ChangesetTable(sql, site: site)
            guard var number = try changesets.oldest() else { return nil }
            var previous: ChangesetHash?
            while number <= state.last {
                guard let (header, hash) = try changesets.stored(number) else { return number }
                var body = SHA256()
                var bytes = 0
                try changesets.eachSegment(of: number) { segment in
                    body.update(data: segment)
                    bytes += segment.count
                }
                let isWhole = ChangesetHash(body.finalize()) == header.bodyHash && bytes == header.bytes
                let isChained = previous.map { $0 == header.previous } ?? true
                guard isWhole, isChained, ChangesetBuilder.hash(of: header) == hash else { return number }
                previous = hash
                number = number.next
            }
            return nil
        }
    }

    private func rightsThatDoNotAddUp(_ sql: SQL) throws(ReplicaError) -> [StoreDamage] {
        var damage: [StoreDamage] = []
        for table in plan.tables {
            for cell in table.escrow {
                let column = table.column(ofCell: cell).name
                let floor = table.escrowTerms(ofCell: cell)?.floor ?? 0
                let (held, others) = (table.internalTable("held"), table.internalTable("others"))
                let rows =
                    try sql.statement(
                        """
                        SELECT count(*) FROM \(table.name) t WHERE t.\(table.cells[cell]) - (\(floor)) <>
                          coalesce((SELECT h.\(table.cells[cell]) FROM \(held) h WHERE \(table.keysMatch("h", "t"))), 0)
                          + coalesce((SELECT sum(o.units) FROM \(others) o WHERE \(table.keysMatch("o", "t"))
                            AND o."column" = \(SQLName.literal(column))), 0)
                        """
                    ).firstInteger() ?? 0
                if rows > 0 { damage.append(.rights(table: table.table.name, column: column, rows: Int(rows))) }
            }
        }
        return damage
    }
}
