public import ChangeLog

/// One connection of the hub to a store, without I/O: what happens goes in, what is to be done comes out.
///
///     idle ──connected──▶ greeting ──hello──▶ opening ──opened──▶ confirming ──confirm──▶ online
///                                                └─refused─▶ over
///     over from anywhere, on `disconnected` or our own `hangUp`; nothing follows it.
///
/// The shell's duties:
/// 1. One session per connection, never used again. After `hangUp`, or its own `disconnected`, the shell lets what was
///    sent before go out, closes, and drops the session and its spool. Answers that come later may still be handed in:
///    they are ignored.
/// 2. Effects are performed in order. `confirm`, `submit`, `sealHead` and `noteCommitted` reach the hub's one writer in
///    the order in which they come.
/// 3. `open` is answered once. Before that the shell ends the site's older session (`end(.superseded)`) and waits until
///    the writer is done with what that one submitted; it registers this session for `feedMoved` and `schemaMoved`,
///    and then reads what it answers. The identity that the connection proved is the hello's, its tag is the confirmed
///    or the last offered one, and its hash is what the hub knows; else `refused`. The way is `resume` only if the hub
///    knows the cursor, and `stagedAt`. The `Welcome` has a new tag that is noted durably
///    as offered, and `partsHeld` below the changeset's parts, whatever is held. The session itself fills in the
///    version, the limits and the hello's time, and refuses a site that is behind its acknowledged number.
/// 4. `submit` is answered by `committed` when the changeset, and so all before it, is merged and synced; and, for each
///    part that is not the last, by `held` when the part is synced. A part without a header belongs to the changeset
///    whose header came last. Several answers may be given as one. Without them the store's window never opens.
/// 5. Each read is answered once. `readChunk` reads at most one chunk after a position, ending at a position boundary;
///    `chunk.upTo` may be as far as the snapshot's head when it is the last. Rows that the round may leave out are left
///    out there and in `readCheckpoint` alike. No chunk, cached or not, is of an older schema than the last `readSchema`
///    gave.
/// 6. `readRest` reads everything that is left, and the checkpoint, from one snapshot into a spool, in memory or in a
///    file, and answers with the first piece; `nextOfRest` asks for the next. A new `readRest`, the checkpoint, and the
///    end of the session drop the spool.
/// 7. `feedMoved` comes after each commit that moved a scope of this store, with the head after it; `tick` about once a
///    second with the head, `heard` whenever bytes came that are no whole frame yet. Frames above the hub's limits are
///    refused before they are decoded.
/// 8. When the shell cannot go on, or the store is frozen or retired, or the horizon passed the round's beginning, it
///    hands in `end`. It does so too when more than `Limits.outgoingBytesMax` wait to be sent: the store does not read.
public struct HubSession: Sendable {
    public enum Event: Hashable, Sendable {
        case connected(Moment)
        case received(StoreMessage, Moment)
        /// Bytes came, not a whole frame yet.
        case heard(Moment)
        case opened(Welcome)
        case refused(Bye)
        /// Changesets up to this number are merged and synced.
        case committed(through: ChangesetNumber)
        /// The first parts of this changeset are synced.
        case held(number: ChangesetNumber, parts: Int)
        case chunkRead(ChunkRead)
        case checkpointRead(CheckpointRead)
        case restRead(RestPiece)
        case schemaRead(version: Int, document: [UInt8], seal: [UInt8] = [])
        case feedMoved(FeedScopes, head: Position)
        case schemaMoved(version: Int)
        /// The hub's own captures are sealed; the head after that.
        case headSealed(Position)
        case tick(Moment, head: Position)
        /// Changesets of the site up to this number are in a backup.
        case backedUp(through: ChangesetNumber)
        /// The answer to `adopt`: so many rows were lacking; and the hub's schema version after it.
        case adopted(rows: Int, schemaVersion: Int)
        /// The hub ends the session.
        case end(Bye)
        case disconnected
    }

    public enum Effect: Hashable, Sendable {
        case send(HubMessage)
        /// Who is this, and how does it go on?
        case open(Hello)
        /// The store has stored this tag: the session is begun.
        case confirm(SessionTag)
        case submit(PushPart, isLast: Bool)
        case readChunk(FeedScope, after: Position, Round)
        /// Read a checkpoint, if no scope holds anything after its position.
        case readCheckpoint(ScopePositions, Round)
        case readRest(ScopePositions, Round)
        case nextOfRest
        /// Read the document of the version that follows this one.
        case readSchema(after: Int)
        case sealHead
        /// - safe: the position below which tombstones may go for this store.
        case noteCommitted(Cursor, safe: Position)
        /// The store has sealed up to this number, and not all of it is acknowledged.
        case noteSealed(ChangesetNumber)
        /// Adopt of a lost history what is lacking.
        case adopt(Offer)
        case hangUp(SessionError)
    }

    enum State: Sendable {
        case idle
        case greeting
        case opening(Hello, version: Int, EarlyMoves)
        case confirming(SessionTag, HubIntake, HubFeed)
        case online(HubIntake, HubFeed)
        case over
    }

    /// What moved since the session was registered, and may not be in the answer to `open`.
    struct EarlyMoves: Sendable {
        var scopes: FeedScopes = []
        var head = Position.start
        var schemaVersion = 0
    }

    var state = State.idle
    let limits: Limits
    let versions: ClosedRange<Int>
    var heartbeat = Heartbeat()
    /// When the welcome left, since the connection began.
    var welcomedAt: Int64 = 0
    /// The store's question for the head, while it is not answered.
    private var headQuestion: UInt64?
    /// Where the welcome asked for them.
    var offers: HubOffers?

    public init(limits: Limits = .standard, versions: ClosedRange<Int> = Limits.versions) {
        self.limits = limits
        self.versions = versions
    }

    public mutating func handle(_ event: Event) -> [Effect] {
        if case .over = state { return [] }
        do {
            return try step(event)
        } catch {
            state = .over
            guard let bye = error.bye else { return [.hangUp(error)] }
            return [.send(.bye(bye)), .hangUp(error)]
        }
    }

    private mutating func step(_ event: Event) throws(SessionError) -> [Effect] {
        switch event {
        case .disconnected:
            state = .over
            return []
        case .end(let bye): throw .ended(bye)
        case .received(.bye(let bye), _): throw .peerEnded(bye)
        case .received(_, let moment), .heard(let moment): heartbeat.heard(moment)
        case .tick(let moment, _):
            heartbeat.advance(to: moment)
            try checkPatience()
        default: break
        }
        switch state {
        case .idle, .greeting, .opening: return try shakeHands(event)
        case .confirming(let tag, var intake, var feed):
            state = .over
            return try confirm(event, tag, &intake, &feed)
        case .online(var intake, var feed):
            // Taken out, so that it is changed in place; put back unless the session ends here.
            state = .over
            let effects = try work(event, &intake, &feed)
            state = .online(intake, feed)
            return effects
        case .over: return []
        }
    }
}

// The session at work.
extension HubSession {
    private mutating func work(
        _ event: Event,
        _ intake: inout HubIntake,
        _ feed: inout HubFeed
    ) throws(SessionError) -> [Effect] {
        var effects: [Effect] = []
        var message: HubMessage?
        switch event {
        case .received(let received, _): effects = try receive(received, &intake, &feed)
        case .committed(let number):
            message = intake.committed(through: number)
            feed.acknowledge(through: number)
        case .held(let number, let parts): message = intake.held(number: number, parts: parts)
        case .chunkRead(let chunk): message = try feed.read(chunk)
        case .checkpointRead(let answer): message = feed.read(answer, at: heartbeat.now)
        case .restRead(let piece): message = try feed.read(piece, at: heartbeat.now)
        case .schemaRead(let version, let document, let seal):
            message = try feed.read(schema: version, document: document, seal: seal)
        case .feedMoved(let scopes, let head): feed.move(scopes, head: head)
        case .schemaMoved(let version): feed.moveSchema(to: version)
        case .headSealed(let position):
            message = answerHead(position)
            feed.owe(position)
        case .tick(let moment, let head):
            feed.tick(moment, head: head, acknowledged: intake.acknowledged)
            // A sign of life, on a link where nothing else leaves, or may not for long.
            if heartbeat.owesWord { message = .acknowledge(intake.acknowledged) }
        case .backedUp(let number): message = .backedUp(number)
        case .adopted(let rows, let schemaVersion):
            try offers?.adopted(schemaVersion: schemaVersion)
            if offers?.areOver == true { feed.endOffers() }
            message = .adopted(rows: rows)
        case .heard: break
        case .connected, .opened, .refused, .end, .disconnected:
            preconditionFailure("the shell answered what was not asked: \(event)")
        }
        if let message { effects.append(.send(message)) }
        if let read = feed.next() { effects.append(read) }
        if effects.contains(where: { if case .send = $0 { true } else { false } }) { heartbeat.said() }
        return effects
    }

    private mutating func receive(
        _ message: StoreMessage,
        _ intake: inout HubIntake,
        _ feed: inout HubFeed
    ) throws(SessionError) -> [Effect] {
        switch message {
        case .push(let part): return [.submit(part, isLast: try intake.receive(part))]
        case .taken(let bytes):
            try feed.take(bytes: bytes)
            return []
        case .committed(let cursor, let safe):
            try feed.commit(cursor, safe: safe)
            return [.noteCommitted(cursor, safe: safe)]
        case .askHead(let id):
            guard headQuestion == nil else {
                throw .fault(.outOfTurn(message: message.kind, state: "answering another question for the head"))
            }
            headQuestion = id
            return [.sealHead]
        case .ping(let ping):
            guard heartbeat.countPing() else { throw .fault(.tooManyPings) }
            let wall = heartbeat.now.wallMilliseconds
            let pong = Pong(id: ping.id, pingWallMilliseconds: ping.wallMilliseconds, wallMilliseconds: wall)
            return [.send(.pong(pong))] + (ping.sealed > intake.acknowledged ? [.noteSealed(ping.sealed)] : [])
        case .offer(let offer):
            guard offers != nil else { throw .fault(.outOfTurn(message: message.kind, state: "online")) }
            try offers?.receive(offer, isHeld: feed.isHeld, frameBytesMax: feed.frameBytesMax)
            return [.adopt(offer)]
        case .hello, .confirm, .bye:
            throw .fault(.outOfTurn(message: message.kind, state: "online"))
        }
    }

    private mutating func answerHead(_ position: Position) -> HubMessage {
        guard let id = headQuestion else { preconditionFailure("nobody asked for the head") }
        headQuestion = nil
        return .head(id: id, position)
    }
}

extension HubSession: CustomStringConvertible {
    /// What the session is doing, for logs.
    public var description: String {
        switch state {
        case .idle: "not connected"
        case .greeting: "waiting for the hello"
        case .opening: "finding out who this is"
        case .confirming: "waiting for the tag to be confirmed"
        case .online: "online"
        case .over: "over"
        }
    }
}
