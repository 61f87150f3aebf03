import ChangeLog
import NetworkSchema

/// One changeset on its way into the hub's tables, operation by operation.
///
/// What it sees to, besides each operation's own merge:
/// - an effect whose cause did not take hold is dropped with it;
/// - wherever the result differs from what the site wrote, the site is answered;
/// - a row gets one position, however many operations touch it.
final class ChangesetMerge {
    /// Why an operation did not take hold, for its effects.
    enum Failure {
        /// It was refused, or lost.
        case refused
        /// The same row was there already: its effects were applied then.
        case duplicate
    }

    let hub: HubWriter
    let site: HubSite
    let number: ChangesetNumber
    /// What the site had seen when it wrote, as a position of this hub's history.
    let base: Int64
    /// The hub's head before the changeset: rows above it stand where this changeset put them.
    let before: Int64
    /// Stamps above this are a wrong clock's.
    let stampMax: Stamp
    /// The greatest stamp that was merged.
    private(set) var stampSeen = Stamp.zero
    private(set) var quarantined = 0
    private(set) var conflicts = 0
    private var failures: [Int: Failure] = [:]
    /// The lines of what was refused, by place.
    private var lines: [Int: Int64] = [:]
    /// An operator takes back what was refused: who may write what is decided already, and another refusal is told and
    /// not kept.
    let isByOperator: Bool
    private(set) var operatorRefusal: QuarantineReason?
    private var answers: [(row: RowKey, key: [Value], position: Int64)] = []
    private var answerPlaces: [RowKey: Int] = [:]

    init(_ hub: HubWriter, site: HubSite, header: ChangesetHeader) {
        self.hub = hub
        self.site = site
        isByOperator = false
        number = header.number
        base = hub.epochs.common(header.base, head: hub.head, least: site.cursor.position).number
        before = hub.head
        // Against the hub's own clock; when that is behind its stamps, which are then all that is known of the time,
        // against these. Otherwise a site could push the stamps ahead, one tolerance a changeset.
        let wall = hub.now + HubLimits.stampAheadMillisecondsMax
        let seen = hub.clock.last.milliseconds
        stampMax = Stamp(milliseconds: seen > wall ? seen + HubLimits.stampAheadMillisecondsMax : wall)
    }

    /// What an operator accepts, as the hub's own change on all that the hub knows.
    init(byOperatorAt hub: HubWriter) {
        self.hub = hub
        site = hub.ownSite
        isByOperator = true
        number = .none
        base = hub.head
        before = hub.head
        stampMax = hub.clock.last
    }

    /// Whether what stands at `place` took hold.
    func tookHold(_ place: Int) -> Bool { failures[place] == nil }

    /// The operation at `place` of the changeset is of captured writes that another site of the store handed in: the
    /// site is shown what came of them.
    func leaveOut(_ operation: Operation, place: Int) throws(ReplicaError) {
        fail(place, .duplicate)
        if operation.stamp > stampSeen { stampSeen = min(operation.stamp, stampMax) }
        let table = hub.tables[operation.table]
        answer(operation.key, table, at: position(of: try table.rows.loadMeta(operation.key)))
    }

    /// Merges the operation at `place` of the changeset.
    func apply(_ asked: Operation, place: Int) throws(ReplicaError) {
        let operation = hub.mistakes.contains(.textualKeys) ? hub.respelt(asked) : asked
        let table = hub.tables[operation.table]
        if operation.stamp > stampSeen { stampSeen = min(operation.stamp, stampMax) }
        if let cause = operation.cause, !failures.isEmpty, let failure = failures[cause],
            !hub.mistakes.contains(.keepEffects)
        {
            return try drop(operation, table, place: place, with: failure, of: lines[cause])
        }
        switch operation.kind {
        case .insert: try insert(operation, table, place: place)
        case .update: try update(operation, table, place: place)
        case .delete: try delete(operation, table, place: place)
        case .grant(let column, let receiver, let units):
            try grant(operation, table, cell: column, to: receiver, units: units)
        }
    }

    /// Answers the site, and advances its change log. The last thing of a changeset.
    func finish(hash: ChangesetHash) throws(ReplicaError) {
        for answer in answers {
            try hub.tables[answer.row.table].rows.raiseForeign(answer.key, to: answer.position)
            try hub.feed.put(.answer, answer.row, scope: site.scopes.answers, at: answer.position)
        }
        advance(hash: hash)
    }

    /// The number counts as merged, whatever came of it.
    func advance(hash: ChangesetHash) {
        site.number = number
        site.hash = hash
        hub.sites.touch(site)
    }

    // MARK: Positions and answers

    /// Where a row stands after this changeset: where an earlier operation put it, else at a position of its own.
    func position(of meta: RowMeta?) -> Int64 {
        if let meta, meta.position > before { return meta.position }
        return hub.nextPosition()
    }

    /// The row is not, or may not be, what the site's own tables show: its state goes to the site.
    func answer(_ key: [Value], _ table: HubTable, at position: Int64) {
        let row = RowKey(table: table.plan.number, key: key)
        if let place = answerPlaces[row] {
            answers[place].position = max(answers[place].position, position)
        } else {
            answerPlaces[row] = answers.count
            answers.append((row, key, position))
        }
    }

    // MARK: What does not take hold

    func fail(_ place: Int, _ failure: Failure = .refused) { failures[place] = failure }

    /// Keeps a refused operation in quarantine and answers its site.
    ///
    /// - Parameters:
    ///   - written: the cells that are refused; nil for the whole operation.
    ///   - meta: the row's entry, when it is known.
    ///   - line: on which it rests.
    @discardableResult
    func refuse(
        _ operation: Operation,
        _ table: HubTable,
        place: Int?,
        _ reason: QuarantineReason,
        meta: RowMeta?,
        restingOn cause: Int64? = nil,
        written: (mask: UInt64, values: [Value])? = nil
    ) throws(ReplicaError) -> Int64 {
        if let place { fail(place) }
        guard !isByOperator else {
            operatorRefusal = operatorRefusal ?? reason
            return 0
        }
        let position = position(of: meta)
        let cells = written ?? (operation.mask, operation.values)
        let line = try hub.quarantine.add(
            store: site.store,
            table: table.plan.table.name,
            key: operation.key,
            reason: reason,
            change: ChangeJSON.change(
                operation.verb,
                columns: (cells.mask, cells.values, table.plan),
                site: site.site,
                number: number
            ),
            restingOn: cause,
            at: hub.now
        )
        quarantined += 1
        if let place { lines[place] = line }
        if !site.isHub { try hub.feed.note(.quarantine, line: line, to: site, at: position) }
        if written == nil, operation.begins {
            try hub.refused.put(
                RowKey(table: table.plan.number, key: operation.key),
                of: site,
                at: position,
                line: line
            )
        }
        answer(operation.key, table, at: position)
        return line
    }

    /// The line of a refused insert or delete of this site, on which the operation rests, and which the site had not
    /// seen refused; nil when it rests on none.
    func refusal(under operation: Operation, _ table: HubTable) throws(ReplicaError) -> Int64? {
        guard site.refusals > 0 else { return nil }
        let row = RowKey(table: table.plan.number, key: operation.key)
        if let entry = try hub.refused.entry(of: row, site: site), entry.position > base { return entry.line }
        guard operation.kind == .insert else { return nil }
        for case .parent(let parent, let place) in table.sources.sources {
            let name: Value? =
                switch place {
                case .key(let column): operation.key[column]
                case .cell(let cell): operation.value(cell)
                }
            guard let name, !name.isNull else { continue }
            let row = RowKey(table: parent, key: [name])
            if let entry = try hub.refused.entry(of: row, site: site), entry.position > base { return entry.line }
        }
        return nil
    }

    /// An effect whose cause did not take hold.
    private func drop(
        _ operation: Operation,
        _ table: HubTable,
        place: Int,
        with failure: Failure,
        of line: Int64?
    ) throws(ReplicaError) {
        fail(place, failure)
        let meta = try table.rows.loadMeta(operation.key)
        if failure == .refused, operation.kind != .delete || meta?.isAlive == true {
            try refuse(operation, table, place: place, .effect, meta: meta, restingOn: line)
        } else {
            answer(operation.key, table, at: position(of: meta))
        }
    }

    // MARK: Conflicts

    /// Keeps the value that lost in a cell, when neither writer had seen the other's.
    func keep(_ contests: [RowMerge.Contest], _ key: [Value], _ table: HubTable, at position: Int64)
        throws(ReplicaError)
    {
        guard !contests.isEmpty, !hub.mistakes.contains(.forgetConflicts) else { return }
        for contest in contests {
            guard contest.before.position.number > base, contest.before.site != site.site else { continue }
            if table.plan.rules[contest.cell] == .first, contest.kept.isNull || contest.lost.isNull { continue }
            guard let winner = hub.sites[contest.winner.site], let loser = hub.sites[contest.loser.site] else {
                continue
            }
            let line = ConflictTable.Line(
                table: table.plan.table.name,
                key: key,
                column: table.plan.column(ofCell: contest.cell).name,
                kept: ChangeJSON.value(contest.kept),
                keptBy: winner.store,
                lost: ChangeJSON.value(contest.lost),
                lostBy: loser.store,
                lostAt: contest.loser.stamp.milliseconds
            )
            try keep(line, loser: loser, at: position)
        }
    }

    /// Keeps a whole write that lost: to a delete, or to the row that was there first.
    func keepLost(_ operation: Operation, _ table: HubTable, to kept: StoredRow?, at position: Int64)
        throws(ReplicaError)
    {
        guard operation.kind != .delete else { return }
        let winner = kept.map { hub.sites[$0.meta.by].store } ?? .hub
        let isAlive = kept?.meta.isAlive ?? false
        let line = ConflictTable.Line(
            table: table.plan.table.name,
            key: operation.key,
            column: nil,
            kept: isAlive ? ChangeJSON.cells(table.plan.shape.fullMask, kept?.values ?? [], of: table.plan) : .null,
            keptBy: winner,
            lost: ChangeJSON.cells(operation.mask, operation.values, of: table.plan),
            lostBy: site.store,
            lostAt: operation.stamp.milliseconds
        )
        try keep(line, loser: site, at: position)
    }

    private func keep(_ line: ConflictTable.Line, loser: HubSite, at position: Int64) throws(ReplicaError) {
        conflicts += 1
        let id = try hub.conflicts.add(line, at: hub.now)
        guard let reader = hub.presentSite(of: loser) else { return }
        try hub.feed.note(.conflict, line: id, to: reader, at: position)
    }
}

extension HubWriter {
    /// The site that now speaks for the store of `site`; nil for the hub, and for a store that has none.
    func presentSite(of site: HubSite) -> HubSite? {
        guard !site.isHub else { return nil }
        if site.state == .active { return site }
        return stores[site.store]?.site.map { sites[$0] }
    }
}

extension Operation {
    /// Begins or ends a life of its row.
    var begins: Bool { kind == .insert || kind == .delete }

    /// As `linli_quarantine.change` names it.
    var verb: String {
        switch kind {
        case .insert: "insert"
        case .update: "update"
        case .delete: "delete"
        case .grant: "grant"
        }
    }
}
