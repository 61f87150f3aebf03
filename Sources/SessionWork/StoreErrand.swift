public import ChangeLog
import NetworkSchema
public import Replica
public import SyncSession

/// What a `StoreSession` asks of its replica: one step of the queue that the session's second duty describes.
///
/// Law: errands run one at a time, in the order in which the session asked, and each is durable when it returns. What
/// runs them (a thread, or a turn of virtual time) knows nothing of what they do.
public enum StoreErrand: Sendable {
    case compare(ChangesetNumber, ChangesetHash)
    case storeTag(SessionTag)
    case dropStaged
    case beginResync
    case begin(Welcome, freezesRights: Bool)
    case acknowledged(ChangesetNumber)
    case load(ChangesetNumber, part: Int, bytesMax: Int)
    case adoptSchema(version: Int, document: [UInt8], seal: [UInt8])
    case stage(Chunk)
    case apply(Checkpoint)
    case measured(HubTime)
    case backedUp(ChangesetNumber)
    case loadKept(after: Int64, above: Position)

    /// The errand that an effect asks for; nil for what concerns the line or who waits.
    public init?(_ effect: StoreSession.Effect) {
        switch effect {
        case .compare(let number, let hash): self = .compare(number, hash)
        case .storeTag(let tag): self = .storeTag(tag)
        case .dropStaged: self = .dropStaged
        case .beginResync: self = .beginResync
        case .online(let welcome, let freezesRights): self = .begin(welcome, freezesRights: freezesRights)
        case .acknowledged(let number): self = .acknowledged(number)
        case .load(let number, let part, let bytesMax): self = .load(number, part: part, bytesMax: bytesMax)
        case .adoptSchema(let version, let document, let seal):
            self = .adoptSchema(version: version, document: document, seal: seal)
        case .stage(let chunk): self = .stage(chunk)
        case .apply(let checkpoint): self = .apply(checkpoint)
        case .measured(let time): self = .measured(time)
        case .backedUp(let number): self = .backedUp(number)
        case .loadKept(let id, let above): self = .loadKept(after: id, above: above)
        case .send, .head, .hangUp: return nil
        }
    }

    /// Does the errand.
    ///
    /// - Parameters:
    ///   - now: this machine's clocks.
    ///   - sign: makes the store's signature; nil where nobody asks for one.
    /// - Returns: the answer that the session waits for, if it waits for one.
    public func run(
        on replica: StoreReplica,
        at now: Moment,
        sign: SignChangeset? = nil
    ) throws -> StoreSession.Event? {
        replica.clocksRead(now)
        switch self {
        case .compare(let number, let hash): return .compared(isOwn: try replica.isOwn(number, hash))
        case .storeTag(let tag):
            try replica.storeTag(tag.raw)
            return .tagStored
        case .dropStaged: try replica.dropStaged()
        case .beginResync: try replica.beginResync()
        case .begin(let welcome, let freezesRights):
            try replica.beginSession(in: welcome.epoch, isFenced: welcome.isFenced)
            // A resync has frozen them already. The next checkpoint thaws, but not at a fenced site.
            if freezesRights, welcome.way != .resync || welcome.offersAfter != nil { try replica.freezeRights() }
        case .acknowledged(let number): try replica.acknowledged(through: number)
        case .load(let number, let part, let bytesMax):
            return try Self.load(number, part: part, bytesMax: bytesMax, from: replica, sign: sign)
        case .adoptSchema(let version, let document, let seal):
            try replica.keepSchema(version, document, seal: seal, wallMilliseconds: now.wallMilliseconds)
            let schema = try NetworkSchema(yaml: String(decoding: document, as: UTF8.self))
            try replica.adoptSchema(SchemaPlan(schema), wallMilliseconds: now.wallMilliseconds)
        case .stage(let chunk):
            try replica.stage(StoreFeed.Chunk(chunk))
            return .staged(bytes: chunk.windowBytes)
        case .apply(let checkpoint):
            let applied = try replica.apply(checkpoint, wallMilliseconds: now.wallMilliseconds)
            return .applied(cursor: applied.cursor, safe: applied.safe)
        case .measured(let time):
            try replica.hubClockMeasured(
                hubLessMonotonicMilliseconds: time.hubLessMonotonicMilliseconds,
                roundTripMilliseconds: time.roundTripMilliseconds
            )
        case .backedUp(let number): try replica.backedUp(through: number)
        case .loadKept(let id, let above):
            return .kept(
                try replica.received(after: id, above: above).map {
                    KeptChunk(id: $0.id, epoch: $0.epoch, bytes: $0.bytes, seal: $0.seal)
                }
            )
        }
        return nil
    }

    private static func load(
        _ number: ChangesetNumber,
        part: Int,
        bytesMax: Int,
        from replica: StoreReplica,
        sign: SignChangeset?
    ) throws -> StoreSession.Event {
        let parts: [OutboxPart]
        do {
            parts = try replica.parts(
                from: number,
                part: part,
                bytesMax: bytesMax,
                partBytesExtra: Limits.envelopeBytes
            )
        } catch {
            guard case .trimmed = error else { throw error }
            return .missing
        }
        guard let first = parts.first, (first.number, first.part) == (number, part) else { return .missing }
        var loaded = parts.map(PushPart.init)
        if let sign { try loaded.sign(with: sign) }
        return .loaded(loaded)
    }
}

extension StoreReplica {
    /// Tells the replica how this machine's clocks stand: to be called before it seals.
    public func clocksRead(_ now: Moment) {
        clocksRead(wallMilliseconds: now.wallMilliseconds, monotonicMilliseconds: now.monotonicMilliseconds)
    }
}
