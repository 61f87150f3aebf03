import ChangeLog
import SyncSession

/// The hub's shell of one connection: a session, the read under way, and what it is to be told.
final class HubEnd {
    let store: Int
    var session: HubSession?
    /// Told in order, each when the world pleases.
    var events: [HubSession.Event] = []
    var read: HubSession.Effect?
    var hello: Hello?
    var spool: [RestPiece] = []
    var spools = 0
    /// Commits are told from here on.
    var isRegistered = false
    private let rowsMax: Int

    init(store: Int, limits: Limits, rowsMax: Int) {
        self.store = store
        self.rowsMax = rowsMax
        session = HubSession(limits: limits)
    }

    /// Hands in an event; what is to be sent comes back, the rest is put in its place.
    func handle(_ event: HubSession.Event, _ hub: FakeHub) -> [HubSession.Effect] {
        guard let effects = session?.handle(event) else { return [] }
        var now: [HubSession.Effect] = []
        for effect in effects {
            switch effect {
            case .send, .hangUp: now.append(effect)
            case .open(let hello): self.hello = hello
            case .readChunk, .readCheckpoint, .readRest, .nextOfRest, .readSchema:
                hub.verdict.require(read == nil, "a second read")
                read = effect
            case .noteSealed: break
            case .confirm, .submit, .sealHead, .noteCommitted, .adopt: hub.enqueue(effect, for: self)
            }
        }
        return now
    }

    /// Answers the read under way from the hub's present state.
    func answerRead(_ hub: FakeHub) -> [HubSession.Effect] {
        guard let read else { return [] }
        self.read = nil
        switch read {
        case .readChunk(let scope, let after, let round):
            return handle(.chunkRead(chunk(scope, after: after, round, hub)), hub)
        case .readCheckpoint(let positions, let round):
            let unread = FeedScopes(
                FeedScope.allCases.filter { !rows($0, after: positions[$0], round, hub).isEmpty }
            )
            guard unread.isEmpty || hub.plant == .checkpointBeforeExhausted else {
                return handle(.checkpointRead(.moved(unread)), hub)
            }
            return handle(.checkpointRead(.checkpoint(checkpoint(round, hub))), hub)
        case .readRest(let positions, let round):
            spools += 1
            spool = rest(positions, round, hub)
            return handle(.restRead(spool.removeFirst()), hub)
        case .nextOfRest: return handle(.restRead(spool.removeFirst()), hub)
        case .readSchema(let version):
            return handle(.schemaRead(version: version + 1, document: []), hub)
        default: return []
        }
    }

    private func rows(
        _ scope: FeedScope,
        after: Position,
        _ round: Round,
        _ hub: FakeHub
    ) -> [(name: Int, row: FakeHub.Row)] {
        let place = Place.of(scope, store: store)
        return hub.disk.rows[place]
            .filter { $0.value.position > after.number && !isLeftOut($0.value, scope, round, hub) }
            .sorted { $0.value.position < $1.value.position }
            .map { ($0.key, $0.value) }
    }

    /// Echoes of the store's own writes, and deleted rows in a complete round.
    private func isLeftOut(_ row: FakeHub.Row, _ scope: FeedScope, _ round: Round, _ hub: FakeHub) -> Bool {
        if round.isComplete { return hub.plant == .echoLeftOutOfComplete && row.by == store }
        guard scope == .store, row.by == store else { return false }
        return row.foreign <= round.began.number || hub.plant == .echoAlwaysLeftOut
    }

    private func chunk(_ scope: FeedScope, after: Position, _ round: Round, _ hub: FakeHub) -> ChunkRead {
        let all = rows(scope, after: after, round, hub)
        let some = all.prefix(rowsMax)
        let isLast = some.count == all.count
        let end = isLast ? hub.disk.head : some.last?.row.position ?? after.number
        let place = Place.of(scope, store: store)
        let facts = some.map { Fact(value: $0.row.value, key: Fact.Key(place: place, name: $0.name)) }
        let version = hub.disk.schemaVersion
        let chunk = Chunk(
            scope: scope,
            from: after,
            upTo: Position(end),
            rows: facts.count,
            bytes: Letter([Int64(version)], facts).bytes
        )
        return ChunkRead(chunk: chunk, isLast: isLast, schemaVersion: version)
    }

    private func checkpoint(_ round: Round, _ hub: FakeHub) -> Checkpoint {
        Checkpoint(
            cursor: Cursor(epoch: hub.epoch, position: Position(hub.disk.head)),
            included: hub.disk.sites[store].through,
            stamp: .zero,
            schemaVersion: hub.disk.schemaVersion,
            isComplete: round.isComplete
        )
    }

    private func rest(_ positions: ScopePositions, _ round: Round, _ hub: FakeHub) -> [RestPiece] {
        var pieces: [RestPiece] = []
        for scope in FeedScope.allCases {
            var after = positions[scope]
            var isLast = false
            while !isLast {
                let read = chunk(scope, after: after, round, hub)
                after = read.chunk.upTo
                isLast = read.isLast
                pieces.append(.chunk(read.chunk, schemaVersion: read.schemaVersion))
            }
        }
        return pieces + [.checkpoint(checkpoint(round, hub))]
    }
}

/// A duty that is broken on purpose, to see that the world notices.
enum Plant: CaseIterable {
    /// The hub gives a checkpoint though a scope holds more.
    case checkpointBeforeExhausted
    /// An own write is left out though someone else's lies before it.
    case echoAlwaysLeftOut
    /// An own write is left out of a complete round.
    case echoLeftOutOfComplete
    /// The hub acknowledges what it has not merged.
    case acknowledgedBeforeMerged
    /// A store confirms its tag before it is stored.
    case confirmedBeforeStored
    /// A frame is lost, doubled, or overtakes another.
    case frameLost, frameDoubled, frameReordered
    /// Positions staged from a hub that was restored since are believed.
    case stagingBelieved
    /// The hub answers a handshake before the site's older session is drained.
    case notDrained
}
