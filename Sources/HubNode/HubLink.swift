import ChangeLog
import Logging
import NIOCore
import NIOPosix
import Replica
import SyncSession
import Transport
import WireFormat

/// One connection of a store at work: hands a `HubSession` what happens and performs what it asks for.
///
/// Law: the session and all of this belong to the connection's event loop. The replica is written by the hub's one
/// writer, and read by its readers.
final class HubLink {
    private var session = HubSession()
    private let connection: Transport.Connection
    private let store: NodeName
    private let hub: HubShared
    private var site: SiteID?
    private var ticker: RepeatedTask?
    /// The header of the changeset whose parts are coming in.
    private var header: ChangesetHeader?
    /// The rest of a round, read from one snapshot, and not yet asked for.
    private var spool: [RestPiece] = []
    private var log: Logger

    init(_ connection: Transport.Connection, store: NodeName, hub: HubShared) {
        self.connection = connection
        self.store = store
        self.hub = hub
        log = hub.log
        log[metadataKey: "store"] = "\(store)"
    }

    func begin() -> ConnectionEvents {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        // Now and not in a turn of its own: the store's first frame may be in the read that ended the handshake.
        handle(.connected(.now))
        ticker = connection.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            let me = link.value
            me.handle(.tick(.now, head: me.hub.board.head))
        }
        return ConnectionEvents(
            heard: { link.value.handle(.heard(.now)) },
            received: { payload in link.value.receive(payload) },
            closed: { why in link.value.closed(why) }
        )
    }

    private func receive(_ payload: ByteBuffer) {
        do {
            guard let message = try StoreMessage.decode(payload) else { return handle(.heard(.now)) }
            handle(.received(message, .now))
        } catch {
            handle(.end(error.bye))
        }
    }

    private func closed(_ why: Disconnect) {
        ticker?.cancel()
        spool = []
        handle(.disconnected)
        if let site, hub.board.left(site, link: ObjectIdentifier(self)) {
            log.notice("store offline", metadata: ["because": "\(why)"])
        }
    }

    private func handle(_ event: HubSession.Event) {
        for effect in session.handle(event) { perform(effect) }
    }

    private func perform(_ effect: HubSession.Effect) {
        switch effect {
        case .send(let message): connection.send(message.payload())
        case .open(let hello): open(hello)
        case .confirm(let tag): confirm(tag)
        case .submit(let part, let isLast): submit(part, isLast: isLast)
        case .readChunk(let scope, let after, let round): readChunk(scope, after: after, round)
        case .readCheckpoint(let read, let round): readCheckpoint(read, round)
        case .readRest(let read, let round): readRest(read, round)
        case .nextOfRest: nextOfRest()
        case .readSchema: readSchema()
        case .sealHead: sealHead()
        case .noteCommitted(let cursor, let safe): noteCommitted(cursor, safe)
        case .hangUp(let error):
            log.notice("session ended: \(error)")
            connection.close()
        }
    }

    // MARK: The handshake

    private func open(_ hello: Hello) {
        guard hello.store == store else {
            return handle(
                .refused(
                    Bye(
                        .protocolError,
                        "the certificate is \(store)'s, the hello \(hello.store)'s; join again as either"
                    )
                )
            )
        }
        site = hello.site
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let bell = HubBoard.Doorbell(
            link: ObjectIdentifier(self),
            store: store,
            ring: { [loop = connection.eventLoop] event in loop.execute { link.value.handle(event) } },
            ringThen: { [loop = connection.eventLoop] done in loop.execute(done) }
        )
        // The older session of the site hears of its end on its own event loop; what it had submitted stands before
        // this opening in the writer's queue.
        let older = hub.board.entered(hello.site, bell)
        older?.ring(.end(Bye(.superseded, "another session of this site began; this one is over")))
        let drained = older?.settled(on: connection.eventLoop) ?? connection.eventLoop.makeSucceededVoidFuture()
        drained.whenComplete { _ in link.value.openInTurn(hello) }
    }

    private func openInTurn(_ hello: Hello) {
        let tag = SessionTag(UInt64.random(in: 1...UInt64.max))
        let isOtherOnline = hub.board.isOnline(store, besides: hello.site)
        let (store, network, program, board) = (store, hub.network, hub.program, hub.board)
        write { replica in
            let answer = try replica.openSession(
                SessionFacts(hello),
                newTag: tag.raw,
                isPresentSiteOnline: isOtherOnline,
                nowMilliseconds: Moment.now.wallMilliseconds
            )
            switch answer {
            case .opened(let opening):
                board.opened(hello.site, region: opening.region)
                return .opened(Welcome(opening, hello, tag: tag, network: network, program: program))
            case .refused(let refusal): return .refused(Bye(refusal, store: store))
            }
        }
    }

    private func confirm(_ tag: SessionTag) {
        guard let site else { return }
        log.info("store online", metadata: ["site": "\(site)", "from": "\(connection.remoteAddress)"])
        hub.board.online(site)
        write { replica in
            replica.confirmTag(tag.raw, site: site)
            return nil
        }
    }

    // MARK: Up

    private func submit(_ part: PushPart, isLast: Bool) {
        guard let site else { return }
        if let header = part.header { self.header = header }
        guard let header else { return }
        guard isLast else {
            return write { replica in
                let parts = try replica.hold(part.bytes, part: part.part, of: part.number, site: site)
                return .held(number: part.number, parts: parts)
            }
        }
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let loop = connection.eventLoop
        let isWhole = header.parts == 1
        let segments = header.segments == 0 ? [] : [part.bytes]
        if !isWhole { write { replica in try Self.holdLast(part, of: site, in: replica) } }
        let incoming = IncomingChangeset(header: header, body: isWhole ? .segments(segments) : .held)
        hub.writer.submit(
            .merge(incoming, bytes: part.bytes.count) { result in
                let event: HubSession.Event =
                    switch result {
                    case .success(let outcome): outcome.event(for: header.number)
                    case .failure(let error): .end(Bye(.unavailable, "\(error)"))
                    }
                loop.execute { link.value.handle(event) }
            }
        )
    }

    private static func holdLast(_ part: PushPart, of site: SiteID, in replica: HubReplica) throws -> HubSession.Event?
    {
        _ = try replica.hold(part.bytes, part: part.part, of: part.number, site: site)
        return nil
    }

    // MARK: Down

    private func readChunk(_ scope: FeedScope, after: Position, _ round: Round) {
        read { replica, site in
            let reading = try replica.readChunk(
                FeedRound(round, of: site),
                ReadScope(scope),
                after: after,
                size: .standard,
                nowMilliseconds: Moment.now.wallMilliseconds
            )
            guard case .read(let chunk) = reading else { return Self.restart }
            return .chunkRead(
                ChunkRead(chunk: Chunk(chunk), isLast: chunk.isLast, schemaVersion: replica.schemaVersion)
            )
        }
    }

    private func readCheckpoint(_ read: ScopePositions, _ round: Round) {
        self.read { replica, site in
            switch replica.readCheckpoint(FeedRound(round, of: site), readUpTo: ReadPositions(read)) {
            case .read(let checkpoint): .checkpointRead(.checkpoint(Checkpoint(checkpoint)))
            case .notYet: .checkpointRead(.moved(.all))
            case .restart: Self.restart
            }
        }
    }

    private func readRest(_ read: ScopePositions, _ round: Round) {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let loop = connection.eventLoop
        self.read { replica, site in
            var pieces: [RestPiece] = []
            let version = replica.schemaVersion
            let reading = try replica.readRest(
                FeedRound(round, of: site),
                readUpTo: ReadPositions(read),
                size: .standard,
                nowMilliseconds: Moment.now.wallMilliseconds
            ) { chunk in pieces.append(.chunk(Chunk(chunk), schemaVersion: version)) }
            guard case .read(let checkpoint) = reading else { return Self.restart }
            pieces.append(.checkpoint(Checkpoint(checkpoint)))
            let rest = Array(pieces.dropFirst().reversed())
            loop.execute { link.value.spool = rest }
            return .restRead(pieces[0])
        }
    }

    private func nextOfRest() {
        guard let piece = spool.popLast() else { return }
        handle(.restRead(piece))
    }

    private func readSchema() {
        read { replica, _ in
            let schema = try replica.presentSchema()
            return .schemaRead(version: schema.version, document: Array(schema.document.utf8))
        }
    }

    private func sealHead() {
        write { replica in .headSealed(try replica.seal(nowMilliseconds: Moment.now.wallMilliseconds).head) }
    }

    private func noteCommitted(_ cursor: Cursor, _ safe: Position) {
        guard let site else { return }
        write { replica in
            replica.noteCommitted(cursor, safe: safe, site: site)
            return nil
        }
    }

    // MARK: The replica, and back

    private func write(_ body: @escaping @Sendable (HubReplica) throws -> HubSession.Event?) {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let loop = connection.eventLoop
        hub.writer.submit(
            .other { replica in
                guard let event = Self.event({ try body(replica) }) else { return }
                loop.execute { link.value.handle(event) }
            }
        )
    }

    private func read(_ body: @escaping @Sendable (HubReplica, SiteID) throws -> HubSession.Event) {
        guard let site else { return }
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let (loop, replica) = (connection.eventLoop, hub.replica)
        hub.readers.submit { state in
            guard case .active = state else { return }
            guard let event = Self.event({ try body(replica, site) }) else { return }
            loop.execute { link.value.handle(event) }
        }
    }

    /// Tombstones that the round needs are gone: the next handshake says how to go on.
    private static let restart = HubSession.Event.end(
        Bye(.unavailable, "the hub dropped what this round still needs; the next session begins anew")
    )

    private static func event(_ body: () throws -> HubSession.Event?) -> HubSession.Event? {
        do { return try body() } catch { return .end(Bye(.unavailable, "\(error)")) }
    }
}
