import ChangeLog
import NetworkSchema

/// How a line of the quarantine, or a conflict, was settled: `settled_how`.
public enum Settled: String, Hashable, Sendable, Codable {
    /// The refused change was made, as the hub's own.
    case accepted
    /// The hub's value stays.
    case discarded
    /// Units came in for a spend that had found none.
    case paid
    /// A person has seen to a conflict.
    case seen
}

/// What became of a settlement.
public enum Settling: Hashable, Sendable {
    /// The lines that are settled by it: the one that was named, and those that rest on it.
    case done([Int64])
    case already(by: String, how: String)
    case unknown
    /// It rests on a line that is not settled.
    case restsOn(Int64)
    /// The change of this line cannot be made, and why; nothing was done.
    case refused(line: Int64, reason: String)
}

/// Settling: an operator's decision about what the hub kept aside.
extension HubReplica {
    /// Settles a line of the quarantine, and with it those that rest on it: dependants and effects.
    ///
    /// Accepted, they are made as the hub's own changes, in order, all or none: whoever may not write them, they keep to
    /// the tables' checks, keys and rights. Both ends see how a line was settled, when and by whom.
    ///
    /// - Parameter how: `.accepted` or `.discarded`.
    public func settleQuarantine(
        _ line: Int64,
        _ how: Settled,
        by author: String,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> Settling {
        var settling = Settling.unknown
        try transact(nowMilliseconds) { hub, _ in
            try hub.sealOwn()
            settling = try hub.settle(line, how, by: author)
            try hub.shareGrants()
        }
        return settling
    }

    /// Notes that a person has seen to a conflict.
    public func settleConflict(_ line: Int64, by author: String, nowMilliseconds: Int64) throws(ReplicaError)
        -> Settling
    {
        var settling = Settling.unknown
        try transact(nowMilliseconds) { hub, _ in settling = try hub.settleConflict(line, by: author) }
        return settling
    }
}

extension HubWriter {
    fileprivate func settle(_ line: Int64, _ how: Settled, by author: String) throws(ReplicaError) -> Settling {
        if let before = try settlement(of: line, in: "linli_quarantine") { return before }
        let cause = try sql.statement(
            """
            SELECT c.id FROM linli_quarantine q JOIN linli_quarantine c ON c.id = q.rests_on
            WHERE q.id = ?1 AND c.settled_at IS NULL
            """
        ).bind(1, line).firstInteger()
        if let cause, how == .accepted { return .restsOn(cause) }
        let changes = try refusedChanges(from: line)
        if how == .accepted, let refusal = try accept(changes) { return refusal }
        for change in changes {
            try quarantine.settle(change.line, how, by: author, at: now)
            try quarantine.forgive(change.line)
            if how == .accepted { try refused.forget(line: change.line, of: sites.sites(of: change.store)) }
            if let site = presentSite(of: change.store) {
                try feed.note(.quarantine, line: change.line, to: site, at: nextPosition())
            }
        }
        return .done(changes.map(\.line))
    }

    /// Makes the changes, each on all that stands before it; nil when all took hold, else none did.
    private func accept(_ changes: [RefusedChange]) throws(ReplicaError) -> Settling? {
        let mark = try setMark()
        for (place, change) in changes.enumerated() {
            guard let operation = try change.operation(stamp: clock.stamp(wallMilliseconds: now)) else {
                try returnTo(mark)
                return .refused(line: change.line, reason: change.obstacle)
            }
            let merge = ChangesetMerge(byOperatorAt: self)
            try merge.apply(operation, place: place)
            let reason = merge.operatorRefusal?.text
            guard reason == nil, merge.tookHold(place) else {
                try returnTo(mark)
                return .refused(line: change.line, reason: reason ?? "what stands in the row stays")
            }
        }
        try dropMark()
        return nil
    }

    /// The line, and those that rest on it and are not settled, in order.
    private func refusedChanges(from line: Int64) throws(ReplicaError) -> [RefusedChange] {
        let rows = try sql.statement(
            """
            WITH RECURSIVE tree(id) AS (
              SELECT ?1 UNION SELECT q.id FROM linli_quarantine q JOIN tree t ON q.rests_on = t.id
            )
            SELECT id, store, "table", "key", change FROM linli_quarantine
            WHERE id IN (SELECT id FROM tree) AND settled_at IS NULL ORDER BY id
            """
        ).bind(1, line)
        defer { rows.reset() }
        var changes: [RefusedChange] = []
        while try rows.step() {
            guard let store = NodeName(rows.string(1)) else { throw .damaged(what: "linli_quarantine") }
            let name = rows.string(2)
            changes.append(
                try RefusedChange(
                    line: rows.integer(0),
                    store: store,
                    table: tables.first { $0.plan.table.name == name },
                    key: rows.bytes(3),
                    change: rows.bytes(4)
                )
            )
        }
        return changes
    }

    fileprivate func settleConflict(_ line: Int64, by author: String) throws(ReplicaError) -> Settling {
        if let before = try settlement(of: line, in: "linli_conflict") { return before }
        let store = try sql.statement(
            """
            UPDATE linli_conflict SET settled_at = ?2, settled_by = ?3, settled_how = ?4 WHERE id = ?1
            RETURNING lost_by
            """
        ).bind(1, line).bind(2, now).bind(3, author).bind(4, Settled.seen.rawValue).firstBytes()
        if let store, let name = NodeName(String(decoding: store, as: UTF8.self)), let site = presentSite(of: name) {
            try feed.note(.conflict, line: line, to: site, at: nextPosition())
        }
        return .done([line])
    }

    /// How the line was settled before, or that there is none; nil when it is open.
    private func settlement(of line: Int64, in table: String) throws(ReplicaError) -> Settling? {
        let row = try sql.statement("SELECT settled_at, settled_by, settled_how FROM \(table) WHERE id = ?1")
        guard try row.bind(1, line).step() else { return .unknown }
        defer { row.reset() }
        return row.isNull(0) ? nil : .already(by: row.string(1), how: row.string(2))
    }

    /// The site that now speaks for a store; nil for the hub, and for a store that has none.
    private func presentSite(of store: NodeName) -> HubSite? { stores[store]?.site.map { sites[$0] } }
}

extension RefusedChange {
    /// Why it is no write into what stands now.
    fileprivate var obstacle: String {
        guard let table = table?.plan.table.name else {
            if verb == "offer" { return "it is no write; see to the store, and discard the line" }
            return "the changeset cannot be read, so that the line can only be discarded; its bytes stay in "
                + "linli_unreadable for a version of linli that can"
        }
        switch verb {
        case "insert": return "\(table) has a row of this key already"
        case "grant": return "a grant is its giver's; pass rights on with linli_grant"
        default: return "\(table) has no row of this key any more"
        }
    }
}
