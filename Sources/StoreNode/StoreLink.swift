import ChangeLog
import Logging
import NIOCore
import Replica
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// One connection to the hub at work: hands a `StoreSession` what happens and performs what it asks for.
///
/// Law: the session and all of this belong to the connection's event loop; the replica is touched on its work thread
/// only, whose order is the queue that the session's second duty asks for.
final class StoreLink {
    private var session: StoreSession
    private let store: NodeName
    private let connection: Transport.Connection
    private let work: WorkThread<StoreReplica>
    private let board: StoreBoard
    private let log: Logger
    private let errands: StoreErrands
    private var ticker: RepeatedTask?

    init(
        _ connection: Transport.Connection,
        hello: Hello,
        key: NodeKey,
        work: WorkThread<StoreReplica>,
        board: StoreBoard,
        log: Logger
    ) {
        session = StoreSession(hello: hello)
        store = hello.store
        errands = StoreErrands { hash in try key.sign(hash) }
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
        case .measured(let time):
            if board.measured(time) {
                log.warning("\(WrongClock(offsetMilliseconds: time.offsetMilliseconds))")
            }
        case .head(let id, let position): board.head(id, position)
        case .hangUp(let error):
            board.ended(error)
            connection.close()
        case .online(let welcome, _):
            log.info("connected to the hub", metadata: ["network": "\(welcome.network)", "epoch": "\(welcome.epoch)"])
            let trouble = welcome.trouble(at: store)
            if let trouble, board.facts.troubles[.admission] != trouble { log.warning("\(trouble)") }
            board.online(welcome, trouble: trouble)
        default: break
        }
        if let errand = StoreErrand(effect) { submit(errand) }
    }

    /// Hands an errand to the replica's thread, and its answer to the session.
    private func submit(_ errand: StoreErrand) {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let (board, loop, log, errands) = (board, connection.eventLoop, log, errands)
        work.submit { replica in
            guard !errands.areOver else { return }
            let event: StoreSession.Event?
            do {
                event = try errands.run(errand, on: replica, at: .now)
                Self.note(errand, event, replica, board, log)
            } catch {
                board.failed(error)
                event = .end(Bye(.unavailable, "\(error)"))
            }
            if let event { loop.execute { link.value.handle(event) } }
        }
    }

    /// What commands and the log are told of an errand that is done.
    private static func note(
        _ errand: StoreErrand,
        _ event: StoreSession.Event?,
        _ replica: StoreReplica,
        _ board: StoreBoard,
        _ log: Logger
    ) {
        if case .acknowledged(let number) = errand { board.acknowledged(number) }
        if case .adoptSchema(let version, _, _) = errand { log.info("schema version \(version) adopted") }
        guard case .applied(let cursor, _) = event else { return }
        board.applied(cursor)
        board.sealed(replica.lastSealed)
    }
}
