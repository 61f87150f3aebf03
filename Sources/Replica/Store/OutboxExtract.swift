public import ChangeLog

/// A store's changesets read out of its files, beside its daemon or without one: for carrying them by hand.
public struct OutboxExtract: Hashable, Sendable {
    public var network: String
    public var store: NodeName
    public var site: SiteID
    public var first: ChangesetNumber
    public var last: ChangesetNumber

    /// Reads everything from one number to the last that is sealed, in one snapshot.
    ///
    /// - Parameters:
    ///   - through: the last that may be shown (`StoreReplica.noteExported`).
    ///   - from: nil for what the hub had not acknowledged when the daemon last noted it.
    ///   - batchBytesMax: about how many bytes are handed over at once.
    ///   - begin: hears what will come.
    ///   - batch: parts in order, over changesets, each with its header.
    /// - Returns: nil when there is nothing to read, and then neither was called.
    /// - Throws: `ReplicaError`, `.trimmed` when `from` is no longer kept; what the closures throw.
    public static func read(
        directory: String,
        from: ChangesetNumber?,
        through: ChangesetNumber,
        batchBytesMax: Int,
        begin: (OutboxExtract) throws -> Void,
        batch: ([OutboxPart]) throws -> Void
    ) throws -> OutboxExtract? {
        let facts = try NodeFacts.read(directory: directory)
        guard case .store(let store, _) = facts.role else {
            throw ReplicaError.wrongRole(file: directory, is: "hub", wanted: "store")
        }
        let log = try ChangeLogFile.open(at: StoreReplica.logPath(directory))
        // What the caller throws is not SQLite's fault, and passes through as it is.
        var thrown: (any Error)?
        let extract: OutboxExtract? = try log.read { sql in
            let changesets = ChangesetTable(sql, site: facts.site)
            guard let record = try LogTable(sql).read(), record.site == facts.site else {
                throw ReplicaError.notOfOneTime(file: StoreReplica.logPath(directory))
            }
            let last = min(try changesets.last().number, through)
            let first = from ?? record.acknowledged.next
            guard first <= last else { return nil }
            let extract = OutboxExtract(
                network: facts.network,
                store: store,
                site: facts.site,
                first: first,
                last: last
            )
            do {
                try begin(extract)
                var next = (number: first, part: 0)
                while next.number <= last {
                    let parts = try changesets.parts(from: next.number, part: next.part, bytesMax: batchBytesMax)
                        .filter { $0.number <= last }
                    guard let end = parts.last, let header = end.header else {
                        throw ReplicaError.trimmed(number: next.number.number)
                    }
                    try batch(parts)
                    next = end.part + 1 == max(header.segments, 1) ? (end.number.next, 0) : (end.number, end.part + 1)
                }
            } catch {
                thrown = error
            }
            return extract
        }
        try log.close()
        if let thrown { throw thrown }
        return extract
    }
}

extension ChangesetTable {
    /// Segments from part `part` of changeset `number` on, over changesets, each with its header; see
    /// `StoreReplica.parts`.
    func parts(
        from number: ChangesetNumber,
        part: Int,
        bytesMax: Int,
        partBytesExtra: Int = 0
    ) throws(ReplicaError) -> [OutboxPart] {
        guard try header(number) != nil else { throw .trimmed(number: number.number) }
        var parts: [OutboxPart] = []
        var bytes = 0
        for found in try segments(from: number, part: part, bytesMax: bytesMax) {
            let isSame = parts.last?.number == found.number
            parts.append(
                OutboxPart(
                    number: found.number,
                    part: found.part,
                    header: isSame ? parts.last?.header : try header(found.number),
                    bytes: found.bytes
                )
            )
            bytes += found.bytes.count + partBytesExtra
            if bytes >= bytesMax { break }
        }
        return parts
    }
}
