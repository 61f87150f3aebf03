import ChangeLog

/// The download half of a store's session: sees that chunks and checkpoints follow one another without a gap, and that
/// the hub keeps to the window.
///
///     held ──outbox acknowledged──▶ receiving ──checkpoint──▶ applying
///                                       ▲                        │
///                                       └────────applied─────────┘
///
/// - held: the outbox as it was at the handshake goes first (see `FeedStart`); no chunk may come.
/// - receiving: chunks of a round; `received` is how far each scope came.
/// - applying: the checkpoint is being committed; until it is, the hub sends neither chunk nor checkpoint.
struct StoreFeed: Hashable, Sendable {
    private enum Phase: Hashable, Sendable {
        case held(until: ChangesetNumber)
        case receiving
        case applying(Cursor)
    }

    private var phase: Phase
    private var received: ScopePositions
    private var isComplete: Bool
    private var included = ChangesetNumber.none
    private var schemaVersion: Int
    /// Window bytes of chunks that came and are not staged.
    private var untaken = 0
    private let epoch: Epoch
    private let windowBytes: Int
    let frameBytesMax: Int

    /// The outbox as it was at the handshake is not acknowledged yet.
    var isHeld: Bool { if case .held = phase { true } else { false } }

    init(hello: Hello, welcome: Welcome, limits: Limits) {
        let start = FeedStart(hello, welcome)
        phase = start.heldUntil.map { .held(until: $0) } ?? .receiving
        received = start.read
        isComplete = start.isComplete
        schemaVersion = hello.schemaVersion
        epoch = welcome.epoch
        windowBytes = limits.feedWindowBytes
        frameBytesMax = limits.frameBytesMax
    }

    /// The outbox was acknowledged through this number.
    mutating func acknowledge(through number: ChangesetNumber) {
        if case .held(let until) = phase, number >= until { phase = .receiving }
    }

    mutating func receive(_ chunk: Chunk) throws(SessionError) {
        try requireReceiving("chunk")
        guard chunk.windowBytes <= frameBytesMax else {
            throw .fault(.frameTooLarge(bytes: chunk.windowBytes, frameBytesMax: frameBytesMax))
        }
        guard untaken < windowBytes else {
            throw .fault(.windowExceeded(bytes: untaken, windowBytes: windowBytes))
        }
        let due = received[chunk.scope]
        guard chunk.from == due, chunk.upTo > due, chunk.rows > 0 else {
            throw .fault(.chunkOutOfOrder(chunk.scope, expected: due, from: chunk.from, upTo: chunk.upTo))
        }
        received[chunk.scope] = chunk.upTo
        untaken += chunk.windowBytes
    }

    /// Chunks of so many window bytes are staged durably.
    mutating func take(bytes: Int) -> StoreMessage {
        precondition(bytes > 0 && bytes <= untaken, "chunks are staged once")
        untaken -= bytes
        return .taken(bytes: bytes)
    }

    /// `sent` is the last changeset that left whole: a state cannot include a later one.
    mutating func receive(_ checkpoint: Checkpoint, sent: ChangesetNumber) throws(SessionError) {
        try requireReceiving("checkpoint")
        if let gap = gap(before: checkpoint, sent: sent) { throw .fault(.checkpoint(gap)) }
        included = checkpoint.included
        phase = .applying(checkpoint.cursor)
    }

    private func gap(before checkpoint: Checkpoint, sent: ChangesetNumber) -> String? {
        let position = checkpoint.cursor.position
        if checkpoint.cursor.epoch != epoch { return "it is of epoch \(checkpoint.cursor.epoch), not \(epoch)" }
        if position < received.greatest {
            return "it is at \(position.number), the round at \(received.greatest.number)"
        }
        if checkpoint.isComplete != isComplete { return isComplete ? "a complete round is due" : "it says complete" }
        if checkpoint.included > sent { return "it includes changeset \(checkpoint.included), \(sent) were sent" }
        if checkpoint.included < included { return "it includes changeset \(checkpoint.included) after \(included)" }
        if checkpoint.schemaVersion != schemaVersion {
            return "it is of schema version \(checkpoint.schemaVersion), not \(schemaVersion)"
        }
        return nil
    }

    /// The checkpoint is committed; the next round begins at it.
    mutating func applied(_ cursor: Cursor, safe: Position) -> StoreMessage {
        precondition(phase == .applying(cursor), "the checkpoint that is applied is the one that came")
        precondition(untaken == 0, "chunks are staged before their checkpoint is applied")
        phase = .receiving
        received = ScopePositions(cursor.position)
        isComplete = false
        return .committed(cursor: cursor, safe: safe)
    }

    mutating func adopt(schemaVersion version: Int) throws(SessionError) {
        guard version > schemaVersion else {
            throw .fault(.schemaVersion(got: version, known: schemaVersion))
        }
        schemaVersion = version
    }

    private func requireReceiving(_ message: String) throws(SessionError) {
        switch phase {
        case .receiving: break
        case .held: throw .fault(.outOfTurn(message: message, state: "waiting for the outbox to be acknowledged"))
        case .applying: throw .fault(.outOfTurn(message: message, state: "committing a checkpoint"))
        }
    }
}
