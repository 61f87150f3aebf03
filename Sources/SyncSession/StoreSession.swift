public import ChangeLog

/// One connection of a store to the hub, without I/O: what happens goes in, what is to be done comes out.
///
///     idle ──connected──▶ greeting ──welcome──▶ comparing ──compared──▶ tagging ──tagStored──▶ online
///                             └────what it acknowledges is known───────────▲
///     over from anywhere, on `disconnected` or our own `hangUp`; nothing follows it.
///
/// The shell's duties:
/// 1. One session per connection, never used again. After `hangUp`, or its own `disconnected`, the shell lets what was
///    sent before go out, closes, and drops the session. Answers that come later may still be handed in: they are
///    ignored.
/// 2. Effects are performed in order. `compare`, `acknowledged`, `dropStaged`, `beginResync`, `storeTag`, `adoptSchema`, `stage`
///    and `apply` form one queue in which each is durable before the next begins. `load` and `send` need not wait for
///    that queue.
/// 3. `connected` comes first, with a `Hello` that was read from the replica for this connection; `sealed` tells every
///    number sealed after it.
/// 4. `compare` is answered by `compared`: whether the changeset of that number has that hash. When it has not, the tag
///    is forgotten before. `storeTag` is answered by `tagStored` once the tag is synced to disk, and only then.
/// 5. `load` is answered once: by `loaded` with the parts from the one asked for on, in order, over changesets, each
///    with its header, ending with the first part at which the sum of their `windowBytes` reaches `bytesMax`, or with
///    the outbox; or by `missing`, when the part asked for is not kept or does not exist. No changeset is resealed
///    that was asked for. What `measured` told before may reseal the others, before the first `load`.
/// 6. `stage` is answered by `staged` with the chunk's `windowBytes`; several may be answered as one, and all of a
///    round are before its `applied`. With what is staged durably the epoch of `online` is noted, for `Hello`.
/// 7. `apply` commits everything staged, and is answered by `applied` with the checkpoint's cursor.
/// 8. `beginResync` drops what is staged and makes the committed cursor `start`, so that a session after this one goes
///    on with the resync; the tables stay as they are. `dropStaged` drops what is staged and keeps the cursor.
/// 9. `loadKept` is answered once, by `kept`.
/// 10. `tick` comes about once a second, `heard` whenever bytes came that are no whole frame yet. Frames above
///    `Hello.limits` are refused before they are decoded.
/// 11. When the shell cannot go on (disk full, shutdown), it hands in `end`. It does so too when more than
///    `Limits.outgoingBytesMax` wait to be sent: the hub does not read.
public struct StoreSession: Sendable {
    public enum Event: Hashable, Sendable {
        case connected(Moment)
        case received(HubMessage, Moment)
        /// Bytes came, not a whole frame yet.
        case heard(Moment)
        /// The changeset of the welcome is this site's own.
        case compared(isOwn: Bool)
        case tagStored
        /// Changesets up to this number are sealed.
        case sealed(upTo: ChangesetNumber)
        case loaded([PushPart])
        /// The part asked for by `load` is not kept.
        case missing
        /// Chunks of so many window bytes are staged.
        case staged(bytes: Int)
        /// - safe: the position below which tombstones may go, now that `cursor` is committed.
        case applied(cursor: Cursor, safe: Position)
        /// The answer to `loadKept`: the chunk, or nil when there is no further one.
        case kept(KeptChunk?)
        /// Someone here waits for the hub's head; may come at any time.
        case askHead(id: UInt64)
        case tick(Moment)
        /// This node ends the session.
        case end(Bye)
        case disconnected
    }

    public enum Effect: Hashable, Sendable {
        case send(StoreMessage)
        case compare(ChangesetNumber, ChangesetHash)
        case storeTag(SessionTag)
        case dropStaged
        case beginResync
        /// The session begins. `freezesRights`: this site's rights are frozen until the next checkpoint is applied.
        case online(Welcome, freezesRights: Bool)
        /// The hub's clock, by the best of the last samples.
        case measured(HubTime)
        /// The hub has changesets up to this number. Lower than it once was when the hub was restored from a backup.
        case acknowledged(ChangesetNumber)
        case load(number: ChangesetNumber, part: Int, bytesMax: Int)
        case adoptSchema(version: Int, document: [UInt8], seal: [UInt8])
        case stage(Chunk)
        case apply(Checkpoint)
        case head(id: UInt64, Position)
        /// The hub has changesets up to this number in a backup.
        case backedUp(ChangesetNumber)
        /// Load the next chunk that is kept after the one with this id, and reaches above this position.
        case loadKept(after: Int64, above: Position)
        case hangUp(SessionError)
    }

    enum State: Sendable {
        case idle
        case greeting
        case comparing(Welcome)
        case tagging(Welcome)
        case online(StorePush, StoreFeed)
        case over
    }

    var state = State.idle
    let hello: Hello
    private(set) var sealed: ChangesetNumber
    var heads = HeadQuestions()
    var heartbeat = Heartbeat()
    private var clock = HubClock()
    /// When the last ping left, and the last one that was answered, since the connection began: the pings' ids.
    var pingedAt: Int64 = 0
    /// Where the hub asked for them.
    var offers: StoreOffers?
    private var pongedAt: Int64 = 0

    /// - Parameter hello: the store's account of itself; its wall time is set when it leaves.
    public init(hello: Hello) {
        self.hello = hello
        sealed = hello.sealed
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
        case .connected(let moment): return connect(moment)
        case .tick(let moment):
            heartbeat.advance(to: moment)
            return try tick()
        case .heard(let moment), .received(_, let moment): heartbeat.heard(moment)
        case .sealed(let number): sealed = max(sealed, number)
        case .askHead(let asker): heads.ask(asker)
        case .compared, .tagStored, .loaded, .missing, .staged, .applied, .kept: break
        }
        switch state {
        case .idle, .greeting, .comparing, .tagging: return try shakeHands(event)
        case .online(var push, var feed):
            // Taken out, so that it is changed in place; put back unless the session ends here.
            state = .over
            let effects = try work(event, &push, &feed)
            state = .online(push, feed)
            return effects
        case .over: return []
        }
    }
}

// The session at work.
extension StoreSession {
    private mutating func work(
        _ event: Event,
        _ push: inout StorePush,
        _ feed: inout StoreFeed
    ) throws(SessionError) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .received(let message, let moment):
            effects = try receive(message, moment, &push, &feed)
        case .loaded(let parts):
            for message in try push.loaded(parts) { effects.append(.send(message)) }
        case .missing: throw push.missing()
        case .sealed(let number): push.seal(upTo: number)
        case .staged(let bytes): effects = [.send(feed.take(bytes: bytes))]
        case .applied(let cursor, let safe): effects = [.send(feed.applied(cursor, safe: safe))]
        case .kept(let chunk):
            effects = offers?.loaded(chunk, frameBytesMax: feed.frameBytesMax) ?? []
        case .askHead, .heard: break
        case .connected, .tick, .end, .disconnected, .compared, .tagStored:
            preconditionFailure("the shell answered what was not asked: \(event)")
        }
        if offers?.letsPush ?? true, let load = push.load() { effects.append(load) }
        if !feed.isHeld { effects += offers?.outboxIsAcknowledged() ?? [] }
        if let question = heads.next() { effects.append(.send(question)) }
        return effects
    }

    private mutating func receive(
        _ message: HubMessage,
        _ moment: Moment,
        _ push: inout StorePush,
        _ feed: inout StoreFeed
    ) throws(SessionError) -> [Effect] {
        switch message {
        case .acknowledge(let number):
            guard try push.acknowledge(through: number) else { return [] }
            feed.acknowledge(through: number)
            return [.acknowledged(number)]
        case .holds(let number, let parts):
            try push.hold(number: number, parts: parts)
            return []
        case .schema(let version, let document, let seal):
            try feed.adopt(schemaVersion: version)
            return [.adoptSchema(version: version, document: document, seal: seal)]
        case .chunk where offers?.areOver == false, .checkpoint where offers?.areOver == false:
            throw .fault(.outOfTurn(message: message.kind, state: "offering what the hub has lost"))
        case .chunk(let chunk):
            try feed.receive(chunk)
            return [.stage(chunk)]
        case .checkpoint(let checkpoint):
            try feed.receive(checkpoint, sent: push.sent)
            return [.apply(checkpoint)]
        case .head(let id, let position):
            return try heads.answer(id).map { .head(id: $0, position) }
        case .pong(let pong):
            guard pong.id > UInt64(pongedAt), pong.id <= UInt64(pingedAt) else { throw .fault(.unasked("a pong")) }
            pongedAt = Int64(pong.id)
            return [measure(sentAt: pongedAt, hubWall: pong.wallMilliseconds, receivedAt: moment)]
        case .backedUp(let number): return [.backedUp(number)]
        case .adopted:
            guard offers != nil else { throw .fault(.unasked("an answer to an offer")) }
            return try offers?.adopted() ?? []
        case .welcome, .bye:
            throw .fault(.outOfTurn(message: message.kind, state: "online"))
        }
    }
}

extension StoreSession {
    /// An answer with the hub's time came to a question that left at `sentAt` since the connection began.
    mutating func measure(sentAt: Int64, hubWall: Int64, receivedAt: Moment) -> Effect {
        let began = receivedAt.monotonicMilliseconds - heartbeat.sinceBeginning
        return .measured(clock.add(sentAt: began + sentAt, receivedAt: receivedAt, hubWall: hubWall))
    }
}

extension StoreSession: CustomStringConvertible {
    /// What the session is doing, for logs.
    public var description: String {
        switch state {
        case .idle: "not connected"
        case .greeting: "waiting for the welcome"
        case .comparing: "comparing what the hub has of it"
        case .tagging: "storing its tag"
        case .online: "online"
        case .over: "over"
        }
    }
}
