public import ChangeLog
public import Replica
public import SyncSession

/// What a `HubSession` asks of the hub's replica.
///
/// Law: what is for the writer reaches it in the order in which the sessions asked; what is for a reader may run beside
/// it. A changeset is handed to the writer as one, so that it can form groups.
public enum HubErrand: Sendable {
    public typealias Job = @Sendable (_ replica: HubReplica, _ nowMilliseconds: Int64) throws -> HubSession.Event?

    case write(Job)
    case read(Job)
    /// A changeset that is complete: `outcome.event(for: number)` is the session's answer. `bytes` is its size, or its
    /// last part's.
    case merge(IncomingChangeset, number: ChangesetNumber, bytes: Int)
    /// The session is to end: what it pushed is not signed by its store.
    case refuse(UnsignedPush)
}

/// The errands of one session, and what it must remember between them.
///
/// Law: it belongs to its session, and ends with it.
public struct HubErrands: Sendable {
    private let site: SiteID
    /// The header of the changeset whose parts are coming in.
    private var header: ChangesetHeader?
    /// The rest of a round, read from one snapshot, and not yet asked for.
    private let rest = RestSlot()
    private var run: SignedRun

    /// - Parameter witness: checks the store's signatures; nil where changesets need none.
    public init(site: SiteID, witness: PushWitness? = nil) {
        self.site = site
        run = SignedRun(witness: witness)
    }

    /// The errands that an effect asks for, in order; none for what concerns the line, or who is there.
    public mutating func errands(for effect: HubSession.Effect) -> [HubErrand] {
        switch effect {
        case .confirm(let tag): [confirm(tag)]
        case .submit(let part, let isLast): submit(part, isLast: isLast)
        case .readChunk(let scope, let after, let round): [readChunk(scope, after: after, round)]
        case .readCheckpoint(let read, let round): [readCheckpoint(read, round)]
        case .readRest(let read, let round): [readRest(read, round)]
        case .nextOfRest: [nextOfRest()]
        case .readSchema(let version): [Self.readSchema(after: version)]
        case .sealHead: [Self.sealHead]
        case .noteCommitted(let cursor, let safe): [noteCommitted(cursor, safe)]
        case .noteSealed(let number): [noteSealed(number)]
        case .adopt(let offer): [adopt(offer)]
        case .send, .open, .hangUp: []
        }
    }

    // MARK: For the writer

    private func confirm(_ tag: SessionTag) -> HubErrand {
        .write { [site] replica, _ in
            replica.confirmTag(tag.raw, site: site)
            return try replica.backedUp(site).map { .backedUp(through: $0) }
        }
    }

    private mutating func submit(_ part: PushPart, isLast: Bool) -> [HubErrand] {
        if let header = part.header { self.header = header }
        guard let header else { return [] }
        let hold = { @Sendable [site] (replica: HubReplica) throws -> Int in
            try replica.hold(part.bytes, part: part.part, of: part.number, site: site)
        }
        guard isLast else {
            return [.write { replica, _ in .held(number: part.number, parts: try hold(replica)) }]
        }
        if header.parts == 1 {
            let segments = header.segments == 0 ? [] : [part.bytes]
            return merge(IncomingChangeset(header: header, body: .segments(segments)), last: part)
        }
        let holdLast = HubErrand.write { replica, _ in
            _ = try hold(replica)
            return nil
        }
        return [holdLast] + merge(IncomingChangeset(header: header, body: .held), last: part)
    }

    private mutating func merge(_ changeset: IncomingChangeset, last: PushPart) -> [HubErrand] {
        do {
            return try run.take(changeset, bytes: last.bytes.count, signature: last.signature)
        } catch {
            return [.refuse(error)]
        }
    }

    private static var sealHead: HubErrand {
        .write { replica, now in .headSealed(try replica.seal(nowMilliseconds: now).head) }
    }

    private func noteCommitted(_ cursor: Cursor, _ safe: Position) -> HubErrand {
        .write { [site] replica, _ in
            replica.noteCommitted(cursor, safe: safe, site: site)
            return nil
        }
    }

    private func noteSealed(_ number: ChangesetNumber) -> HubErrand {
        .write { [site] replica, _ in
            replica.noteSealed(number, site: site)
            return nil
        }
    }

    private func adopt(_ offer: Offer) -> HubErrand {
        .write { [site] replica, now in
            let offered = OfferedChunk(
                site: site,
                epoch: offer.epoch,
                bytes: offer.bytes,
                seal: offer.seal,
                isAfterOutbox: offer.pass == .afterOutbox
            )
            let rows = offer.isLast ? 0 : try replica.adopt(offered, nowMilliseconds: now)
            if offer.isLast, offered.isAfterOutbox { try replica.endOffers(of: site, nowMilliseconds: now) }
            return .adopted(rows: rows, schemaVersion: replica.schemaVersion)
        }
    }

    // MARK: For a reader

    private func readChunk(_ scope: FeedScope, after: Position, _ round: Round) -> HubErrand {
        .read { [site] replica, now in
            let reading = try replica.readChunk(
                FeedRound(round, of: site),
                scope,
                after: after,
                size: .standard,
                nowMilliseconds: now
            )
            guard case .read(let chunk) = reading else { return Self.restart }
            return .chunkRead(
                ChunkRead(chunk: Chunk(chunk), isLast: chunk.isLast, schemaVersion: replica.schemaVersion)
            )
        }
    }

    private func readCheckpoint(_ read: ScopePositions, _ round: Round) -> HubErrand {
        .read { [site] replica, _ in
            switch replica.readCheckpoint(FeedRound(round, of: site), readUpTo: read) {
            case .read(let checkpoint): .checkpointRead(.checkpoint(checkpoint))
            case .notYet: .checkpointRead(.moved(.all))
            case .restart: Self.restart
            }
        }
    }

    private func readRest(_ read: ScopePositions, _ round: Round) -> HubErrand {
        .read { [site, rest] replica, now in
            let reading = try replica.readRest(
                FeedRound(round, of: site),
                readUpTo: read,
                size: .standard,
                nowMilliseconds: now
            )
            guard case .read(let spool) = reading else { return Self.restart }
            rest.keep(spool)
            return try rest.next()
        }
    }

    private func nextOfRest() -> HubErrand { .read { [rest] _, _ in try rest.next() } }

    private static func readSchema(after version: Int) -> HubErrand {
        .read { replica, _ in
            let schema = try replica.schema(after: version)
            let document = Array(schema.document.utf8)
            return .schemaRead(
                version: schema.version,
                document: document,
                seal: replica.seal(schema: schema.version, document)
            )
        }
    }

    /// Tombstones that the round needs are gone: the next handshake says how to go on.
    private static let restart = HubSession.Event.end(
        Bye(.unavailable, "the hub dropped what this round still needs; the next session begins anew")
    )
}
