import ChangeLog
import NetworkSchema

/// A batch of changesets in one transaction: group commit.
extension HubWriter {
    /// Merges each changeset that follows what the hub has of its site. Part of the transaction under way.
    func merge(_ batch: [IncomingChangeset], held: HeldParts, into report: inout MergeReport) throws {
        if !mistakes.contains(.mergeBeforeSealing) { try sealOwn() }
        for changeset in batch { report.outcomes.append(try merge(changeset, held: held, into: &report)) }
        try shareGrants()
    }

    private func merge(
        _ changeset: IncomingChangeset,
        held: HeldParts,
        into report: inout MergeReport
    ) throws -> MergeOutcome {
        let header = changeset.header
        guard let site = sites[header.site], !site.isHub, let store = stores[site.store] else { return .stranger }
        if !changeset.isAdmitted {
            if store.state == .frozen { return .frozen(site.store) }
            guard store.state == .active, site.state != .retired else { return .stranger }
        }
        guard header.number > site.number else { return .merged(through: site.number) }
        guard header.number == site.number.next else { return .gap(expected: site.number.next) }
        guard header.previous == site.hash else { return .forked }
        let body = BodyReader(changeset, held: held)
        if let fault = try body.fault(against: header) { return .damaged(fault) }
        let merge = ChangesetMerge(self, site: site, header: header)
        let hash = header.hash
        try journal.append(header, hash: hash, of: site, proof: changeset.proof, receivedAt: now)
        let mark = try setMark()
        do {
            report.operations += try apply(body, header, merge)
            if mistakes.contains(.refuseWhole), merge.quarantined > 0 { throw MalformedBytes("planted", offset: 0) }
            try merge.finish(hash: hash)
            try dropMark()
        } catch let error as MalformedBytes {
            try returnTo(mark)
            try keepUnreadable(body, header, site, "\(error)")
            merge.advance(hash: hash)
            report.quarantined += 1
            return .merged(through: header.number)
        }
        clock.see(max(merge.stampSeen, min(header.stampMax, merge.stampMax)))
        report.quarantined += merge.quarantined
        report.conflicts += merge.conflicts
        return .merged(through: header.number)
    }

    /// - Throws: `MalformedBytes` when the body cannot be read under this hub's schema.
    private func apply(_ body: BodyReader, _ header: ChangesetHeader, _ merge: ChangesetMerge) throws -> Int {
        guard header.schemaVersion <= plan.schema.version else {
            throw MalformedBytes("schema version \(header.schemaVersion) is not known here", offset: 0)
        }
        var place = 0
        // Only what another site of the store may have handed in is looked for.
        let mayBeKnown = sites.hasSeveral(of: merge.site)
        var known: (mark: CaptureMark, isKnown: Bool)?
        try body.forEach { _, bytes in
            var reader = SegmentReader(bytes, place: place)
            var table = -1
            while let operation = try reader.next() {
                if mayBeKnown, let mark = operation.mark, known?.mark != mark {
                    known = (mark, try isKnown(mark, of: merge.site))
                }
                if operation.table != table {
                    guard operation.table < tables.count, let shape = reader.shape,
                        tables[operation.table].plan.shape.isGrown(from: shape)
                    else { throw MalformedBytes("table \(operation.table) has another shape here", offset: 0) }
                    table = operation.table
                }
                if let known, known.isKnown, known.mark == operation.mark {
                    try merge.leaveOut(operation, place: place)
                } else {
                    try merge.apply(operation, place: place)
                }
                place += 1
            }
            for mark in reader.marks { try captures.note(mark, of: merge.site) }
        }
        guard place == header.operations else {
            throw MalformedBytes("\(place) of \(header.operations) operations", offset: 0)
        }
        return place
    }

    /// The changeset verifies, but cannot be read: it is kept whole, and its number advances.
    private func keepUnreadable(
        _ body: BodyReader,
        _ header: ChangesetHeader,
        _ site: HubSite,
        _ what: String
    ) throws {
        let line = try quarantine.add(
            store: site.store,
            table: nil,
            key: [],
            reason: .unreadable(what),
            change: ChangeJSON.change("changeset", columns: nil, site: site.site, number: header.number),
            at: now
        )
        try feed.note(.quarantine, line: line, to: site, at: nextPosition())
        try body.forEach { part, bytes in try quarantine.keep(bytes, part: part, of: header.number, site: site) }
    }

    // MARK: One changeset's writes, to be taken back alone

    struct Mark {
        fileprivate let scopes: Int
        fileprivate let moved: Int
    }

    func setMark() throws(ReplicaError) -> Mark {
        try sql.statement("SAVEPOINT changeset").run()
        return Mark(scopes: scopes.count, moved: moved.count)
    }

    func dropMark() throws(ReplicaError) { try sql.statement("RELEASE changeset").run() }

    /// Takes back what was written since. Positions that were given stay given, and names of scopes stay known.
    func returnTo(_ mark: Mark) throws(ReplicaError) {
        try sql.statement("ROLLBACK TO changeset").run()
        try dropMark()
        try scopes.insertAgain(from: mark.scopes)
        try orphans.recount()
        try leaving.lookAgain()
        try quarantine.recount()
        moved.removeSubrange(mark.moved...)
        lastParent = nil
    }
}

extension TableShape {
    /// Whether an older version of the table had that shape: columns are only appended.
    func isGrown(from older: TableShape) -> Bool {
        self == older || key == older.key && values.starts(with: older.values)
    }
}
