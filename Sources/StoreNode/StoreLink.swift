import ChangeLog
import Logging
import NetworkSchema
import NIOCore
import Replica
import SyncSession
import Transport
import WireFormat

/// One connection to the hub at work: hands a `StoreSession` what happens and performs what it asks for.
///
/// Law: the session and all of this belong to the connection's event loop; the replica is touched on its work thread
/// only, whose order is the queue that the session's second duty asks for.
final class StoreLink {
    private var session: StoreSession
    private let connection: Transport.Connection
    private let work: WorkThread<StoreReplica>
    private let board: StoreBoard
    private let log: Logger
    private var ticker: RepeatedTask?
    private var areRightsFrozen = false

    init(
        _ connection: Transport.Connection,
        hello: Hello,
        work: WorkThread<StoreReplica>,
        board: StoreBoard,
        log: Logger
    ) {
        session = StoreSession(hello: hello)
        self.connection = connection
        self.work = work
        self.board = board
        self.log = log
    }

    /// Begins the session. Called on the event loop, like everything here.
    func begin() -> ConnectionEvents {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        board.opened(
            StoreBoard.Doorbell { [connection] event in
                connection.eventLoop.execute { link.value.handle(event) }
            }
        )
        ticker = connection.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            link.value.handle(.tick(.now))
        }
        handle(.connected(.now))
        return ConnectionEvents(
            heard: { link.value.handle(.heard(.now)) },
            received: { payload in link.value.receive(payload) },
            closed: { why in link.value.closed(why) }
        )
    }

    private func receive(_ payload: ByteBuffer) {
        do {
            guard let message = try HubMessage.decode(payload) else { return handle(.heard(.now)) }
            handle(.received(message, .now))
        } catch {
            handle(.end(error.bye))
        }
    }

    private func closed(_ why: Disconnect) {
        ticker?.cancel()
        handle(.disconnected)
        board.closed(because: "\(why)")
    }

    private func handle(_ event: StoreSession.Event) {
        for effect in session.handle(event) { perform(effect) }
    }

    private func perform(_ effect: StoreSession.Effect) {
        switch effect {
        case .send(let message): connection.send(message.payload())
        case .storeTag(let tag):
            inTurn { replica in
                try replica.storeTag(tag.raw)
                return .tagStored
            }
        case .dropStaged:
            inTurn { replica in
                try replica.dropStaged()
                return nil
            }
        case .beginResync:
            inTurn { replica in
                try replica.beginResync()
                return nil
            }
        case .online(let welcome, let freezesRights): online(welcome, freezesRights: freezesRights)
        case .measured(let offset, let roundTrip):
            board.measured(offsetMilliseconds: offset, roundTripMilliseconds: roundTrip)
        case .acknowledged(let number): acknowledged(number)
        case .load(let number, let part, let bytesMax): load(number, part: part, bytesMax: bytesMax)
        case .adoptSchema(let version, let document): adopt(version, document)
        case .stage(let chunk):
            inTurn { replica in
                try replica.stage(StoreFeed.Chunk(chunk))
                return .staged(bytes: chunk.windowBytes)
            }
        case .apply(let checkpoint): apply(checkpoint)
        case .head(let id, let position): board.head(id, position)
        case .hangUp(let error): hangUp(error)
        }
    }

    // MARK: Effects that take more than a line

    private func online(_ welcome: Welcome, freezesRights: Bool) {
        log.info("connected to the hub", metadata: ["network": "\(welcome.network)", "epoch": "\(welcome.epoch)"])
        board.online(welcome)
        areRightsFrozen = freezesRights
        inTurn { replica in
            try replica.beginSession(in: welcome.epoch)
            // A resync has frozen them already.
            if freezesRights, welcome.way != .resync { try replica.freezeRights() }
            return nil
        }
    }

    private func acknowledged(_ number: ChangesetNumber) {
        inTurn { [board] replica in
            try replica.acknowledged(through: number)
            board.acknowledged(number)
            return nil
        }
    }

    private func load(_ number: ChangesetNumber, part: Int, bytesMax: Int) {
        inTurn { replica in
            let parts: [OutboxPart]
            do {
                parts = try replica.parts(
                    from: number,
                    part: part,
                    bytesMax: bytesMax,
                    partBytesExtra: Limits.envelopeBytes
                )
            } catch ReplicaError.trimmed {
                return .missing
            }
            guard let first = parts.first, (first.number, first.part) == (number, part) else { return .missing }
            return .loaded(parts.map(PushPart.init))
        }
    }

    private func adopt(_ version: Int, _ document: [UInt8]) {
        inTurn { [log] replica in
            let schema = try NetworkSchema(yaml: String(decoding: document, as: UTF8.self))
            try replica.adoptSchema(SchemaPlan(schema), wallMilliseconds: Moment.now.wallMilliseconds)
            log.info("schema version \(version) adopted")
            return nil
        }
    }

    private func apply(_ checkpoint: Checkpoint) {
        let thaws = areRightsFrozen
        areRightsFrozen = false
        inTurn { [board] replica in
            let applied = try replica.apply(
                StoreFeed.Checkpoint(checkpoint),
                wallMilliseconds: Moment.now.wallMilliseconds
            )
            if thaws { try replica.thawRights() }
            board.applied(applied.cursor)
            board.sealed(replica.lastSealed)
            return .applied(cursor: applied.cursor, safe: applied.safe)
        }
    }

    private func hangUp(_ error: SessionError) {
        board.ended(error)
        connection.close()
    }

    /// Hands work to the replica's thread, and its answer to the session.
    private func inTurn(_ body: @escaping @Sendable (StoreReplica) throws -> StoreSession.Event?) {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let (board, loop) = (board, connection.eventLoop)
        work.submit { replica in
            let event: StoreSession.Event?
            do {
                event = try body(replica)
            } catch {
                board.failed(error)
                event = .end(Bye(.unavailable, "\(error)"))
            }
            if let event { loop.execute { link.value.handle(event) } }
        }
    }
}
