import ChangeLog

/// The download half of a hub's session: rounds of chunks, each ended by a checkpoint that the store commits.
///
///     held ──outbox acknowledged──▶ resting ──something is due──▶ reading ──exhausted, checkpoint──▶ committing
///                                      ▲                             │                                │  ▲
///                                      │                             └─head runs away─▶ spooling ─────┼──┘
///                                      └────────────────────────committed─────────────────────────────┘
///
/// - held: the store's outbox as it was at the handshake goes first (see `FeedStart`).
/// - resting: nothing of the store's scopes is unread, and no checkpoint is owed.
/// - reading: chunks until all scopes are exhausted, then the checkpoint; if a scope moved meanwhile, chunks again.
/// - spooling: the rest of the round was read from one snapshot, and goes out piece by piece.
/// - committing: nothing goes out; the next round takes together what moves meanwhile.
///
/// Laws: one read at a time; `sent <= read` in every scope; a chunk leaves only while `untaken < windowBytes`.
struct HubFeed: Hashable, Sendable {
    private enum Phase: Hashable, Sendable {
        case held(until: ChangesetNumber)
        case resting
        case reading
        case spooling
        case committing(Cursor)
    }

    private enum Read: Hashable, Sendable {
        case chunk(FeedScope)
        case checkpoint
        case rest
        case schema
    }

    private var phase: Phase
    private var underWay: Read?
    private var round: Round
    /// How far each scope was read, and how far the store has it: what lies between does not concern the store.
    private var read: ScopePositions
    private var sent: ScopePositions
    /// Scopes that may hold something after `read`, and the head at which the last of them moved.
    private var unread: FeedScopes
    private var movedAt: Position
    /// While spooling: the rest was read, and its checkpoint has not come.
    private var hasSpool = false
    /// The head, by the latest account; and as it was when the round began.
    private var head: Position
    private var headAtStart: Position
    private var chunksPastHead = 0
    private var checkpointTries = 0

    /// The last checkpoint that left (at first the store's cursor), and when.
    private var checkpoint: Position
    private var checkpointAt: Int64
    private var included = ChangesetNumber.none
    /// A checkpoint at or above this is owed.
    private var headOwed: Position
    /// A checkpoint is due, though no scope moved.
    private var isDue: Bool

    private var schemaSent: Int
    private var schemaKnown: Int
    /// Window bytes of chunks sent and not taken.
    private var untaken = 0
    private let windowBytes: Int
    let frameBytesMax: Int
    /// The store gives back what the hub lost: nothing is read before the hub has that.
    private var awaitsOffers: Bool

    /// The store's outbox as it was at the handshake is not acknowledged yet.
    var isHeld: Bool { if case .held = phase { true } else { false } }

    init(hello: Hello, welcome: Welcome, limits: Limits, at now: Moment) {
        let start = FeedStart(hello, welcome)
        phase = start.heldUntil.map { .held(until: $0) } ?? .resting
        round = Round(began: start.began, isComplete: start.isComplete)
        read = start.read
        sent = start.read
        let isCaughtUp = hello.cursor == Cursor(epoch: welcome.epoch, position: welcome.head) && !start.isComplete
        unread = isCaughtUp ? [] : .all
        isDue = false
        head = welcome.head
        movedAt = welcome.head
        headAtStart = welcome.head
        checkpoint = start.began
        checkpointAt = now.monotonicMilliseconds
        headOwed = .start
        schemaSent = hello.schemaVersion
        schemaKnown = welcome.schemaVersion
        windowBytes = limits.feedWindowBytes
        frameBytesMax = limits.frameBytesMax
        awaitsOffers = welcome.offersAfter != nil
    }
}

// What happens.
extension HubFeed {
    /// The store's outbox is acknowledged through `number`.
    mutating func acknowledge(through number: ChangesetNumber) {
        if case .held(let until) = phase, number >= until { phase = .resting }
    }

    mutating func endOffers() { awaitsOffers = false }

    mutating func move(_ scopes: FeedScopes, head: Position) {
        self.head = max(self.head, head)
        guard head > checkpoint, !scopes.isEmpty else { return }
        movedAt = max(movedAt, head)
        unread.formUnion(scopes)
    }

    mutating func moveSchema(to version: Int) {
        schemaKnown = max(schemaKnown, version)
    }

    /// The store was told this head, and waits for a checkpoint at or above it.
    mutating func owe(_ head: Position) {
        self.head = max(self.head, head)
        headOwed = max(headOwed, head)
    }

    /// Time passes; `acknowledged` is the store's last changeset that is merged.
    mutating func tick(_ now: Moment, head: Position, acknowledged: ChangesetNumber) {
        self.head = max(self.head, head)
        let isBehind = self.head > checkpoint || acknowledged > included
        if isBehind, now.monotonicMilliseconds - checkpointAt >= Limits.cursorLagMilliseconds { isDue = true }
    }

    mutating func take(bytes: Int) throws(SessionError) {
        guard bytes > 0, bytes <= untaken else {
            throw .fault(.takenTooMuch(bytes: bytes, sentBytes: untaken))
        }
        untaken -= bytes
    }

    mutating func commit(_ cursor: Cursor, safe: Position) throws(SessionError) {
        guard phase == .committing(cursor), untaken == 0, safe <= cursor.position else {
            throw .fault(.wrongCommit(cursor))
        }
        phase = .resting
        round = Round(began: cursor.position, isComplete: false)
        read = ScopePositions(cursor.position)
        sent = read
    }
}

// Answers to reads.
extension HubFeed {
    private mutating func answer(_ expected: Read) {
        precondition(underWay == expected, "an answer to a read that is not under way")
        underWay = nil
    }

    mutating func read(_ answer: ChunkRead) throws(SessionError) -> HubMessage? {
        let scope = answer.chunk.scope
        self.answer(.chunk(scope))
        precondition(answer.isLast || answer.chunk.upTo > read[scope], "a chunk leads on, or is the last")
        if answer.schemaVersion > schemaSent {
            // Read again, once the store knows the shapes.
            moveSchema(to: answer.schemaVersion)
            unread.insert(FeedScopes(scope))
            return nil
        }
        if !answer.isLast { unread.insert(FeedScopes(scope)) }
        return try send(answer.chunk)
    }

    mutating func read(_ answer: CheckpointRead, at now: Moment) -> HubMessage? {
        self.answer(.checkpoint)
        switch answer {
        case .checkpoint(let checkpoint): return send(checkpoint, at: now)
        case .moved(let scopes):
            unread.formUnion(scopes.isEmpty ? .all : scopes)
            checkpointTries += 1
            return nil
        }
    }

    mutating func read(_ answer: RestPiece, at now: Moment) throws(SessionError) -> HubMessage? {
        self.answer(.rest)
        switch answer {
        case .chunk(_, let version) where version > schemaSent:
            // The rest is read anew, once the store knows the shapes.
            moveSchema(to: version)
            hasSpool = false
            return nil
        case .chunk(let chunk, _): return try send(chunk)
        case .checkpoint(let checkpoint): return send(checkpoint, at: now)
        }
    }

    mutating func read(schema version: Int, document: [UInt8], seal: [UInt8]) throws(SessionError) -> HubMessage? {
        answer(.schema)
        precondition(version > schemaSent, "schema versions only grow")
        let bytes = document.count + Limits.envelopeBytes
        guard bytes <= frameBytesMax else { throw .doesNotFit(bytes: bytes, frameBytesMax: frameBytesMax) }
        schemaKnown = max(schemaKnown, version)
        schemaSent = version
        return .schema(version: version, document: document, seal: seal)
    }

    private mutating func send(_ chunk: Chunk) throws(SessionError) -> HubMessage? {
        read[chunk.scope] = max(read[chunk.scope], chunk.upTo)
        guard chunk.rows > 0 else { return nil }
        guard chunk.windowBytes <= frameBytesMax else {
            throw .doesNotFit(bytes: chunk.windowBytes, frameBytesMax: frameBytesMax)
        }
        // Whatever was read and left out since the last chunk does not concern this store: the chunk spans it.
        var spanning = chunk
        spanning.from = sent[chunk.scope]
        sent[chunk.scope] = chunk.upTo
        untaken += chunk.windowBytes
        if chunk.upTo > headAtStart { chunksPastHead += 1 }
        return .chunk(spanning)
    }

    private mutating func send(_ checkpoint: Checkpoint, at now: Moment) -> HubMessage? {
        if checkpoint.schemaVersion > schemaSent {
            moveSchema(to: checkpoint.schemaVersion)
            hasSpool = false
            return nil
        }
        let position = checkpoint.cursor.position
        precondition(position >= read.greatest && checkpoint.isComplete == round.isComplete, "a checkpoint follows")
        phase = .committing(checkpoint.cursor)
        if movedAt <= position { unread = [] }
        head = max(head, position)
        self.checkpoint = position
        checkpointAt = now.monotonicMilliseconds
        included = checkpoint.included
        isDue = false
        hasSpool = false
        return .checkpoint(checkpoint)
    }
}

// What to do next.
extension HubFeed {
    /// The read to begin now, if one may and should.
    mutating func next() -> HubSession.Effect? {
        guard underWay == nil, !awaitsOffers else { return nil }
        // What is spooled was written under the schema that the store knows.
        if schemaSent < schemaKnown, !hasSpool { return begin(.schema, .readSchema(after: schemaSent)) }
        if phase == .resting, isDue || !unread.isEmpty || headOwed > checkpoint { beginRound() }
        switch phase {
        case .held, .resting, .committing: return nil
        case .reading:
            guard let scope = scopeFurthestBack else { return begin(.checkpoint, .readCheckpoint(read, round)) }
            guard untaken < windowBytes else { return nil }
            guard !runsAway else {
                phase = .spooling
                return next()
            }
            unread.remove(FeedScopes(scope))
            var asked = round
            asked.hasSent = sent[scope] != round.began
            return begin(.chunk(scope), .readChunk(scope, after: read[scope], asked))
        case .spooling:
            guard untaken < windowBytes else { return nil }
            if hasSpool { return begin(.rest, .nextOfRest) }
            hasSpool = true
            unread = []
            return begin(.rest, .readRest(read, round))
        }
    }

    /// The unread scope to read next. All go on side by side, so that a round that passes the head at which it began has
    /// read all of them up to there, and the rest is no more than what changed since.
    private var scopeFurthestBack: FeedScope? {
        FeedScope.allCases.filter { unread.contains(FeedScopes($0)) }.min { read[$0] < read[$1] }
    }

    private mutating func beginRound() {
        phase = .reading
        headAtStart = head
        chunksPastHead = 0
        checkpointTries = 0
    }

    /// The head moves away faster than the round follows it.
    private var runsAway: Bool {
        chunksPastHead >= Limits.chunksPastHeadMax || checkpointTries >= Limits.checkpointTriesMax
    }

    private mutating func begin(_ read: Read, _ effect: HubSession.Effect) -> HubSession.Effect {
        underWay = read
        return effect
    }
}
