import ChangeLog
import NIOCore
import Replica
import SessionWork
import SyncSession
import WireFormat

/// One connection of a store at work: the shell of a `StoreSession`.
final class StoreLink: ConnectionEnd {
    /// How often a quiet connection is looked at.
    private static let quietTickMilliseconds: Int64 = 60_000

    private unowned let daemon: StoreDaemon
    private let connection: SimulatedConnection
    private var session: StoreSession
    private let errands = StoreErrands()
    private var inbox = FrameInbox()
    /// Counts ticks, so that one that was planned before a waking comes to nothing.
    private var ticks = 0
    private(set) var isOnline = false
    private var wasOnline = false
    private var ending: SessionError?
    private var isClosed = false

    init(_ daemon: StoreDaemon, _ connection: SimulatedConnection, hello: Hello) {
        self.daemon = daemon
        self.connection = connection
        session = StoreSession(hello: hello)
    }

    func begin() {
        handle(.connected(daemon.machine.moment))
        tickLater()
        connection.attach(self)
    }

    /// This node ends the session.
    func end(_ bye: Bye) { handle(.end(bye)) }

    /// The process is gone.
    func abandon() {
        isClosed = true
        connection.abandon(.store)
    }

    /// The machine has no power.
    func vanish() {
        isClosed = true
        connection.vanish(.store)
    }

    // MARK: The line

    func received(_ bytes: ByteBuffer) {
        daemon.turn { [weak self] in self?.take(bytes) }
    }

    func closed(_ why: String) {
        daemon.turn { [weak self] in self?.close(why) }
    }

    private func take(_ bytes: ByteBuffer) {
        guard !isClosed else { return }
        let moment = daemon.machine.moment
        inbox.take(bytes)
        handle(.heard(moment))
        do {
            while !isClosed, let payload = try inbox.next() {
                if let message = try HubMessage.decode(payload) { handle(.received(message, moment)) }
            }
        } catch {
            handle(.end(error.bye))
            strange("\(error)")
        }
    }

    private func close(_ why: String) {
        guard !isClosed else { return }
        isClosed = true
        isOnline = false
        handle(.disconnected)
        let because = ending.map { "\($0)" } ?? why
        daemon.left(self, why: because, sequel: ending?.sequel, wasOnline: wasOnline)
    }

    // MARK: The session

    func handle(_ event: StoreSession.Event) {
        for effect in session.handle(event) {
            guard !daemon.isEnded else { return }
            perform(effect)
        }
    }

    private func perform(_ effect: StoreSession.Effect) {
        switch effect {
        case .send(let message): send(message)
        case .hangUp(let error): hangUp(error)
        case .online(let welcome, _):
            (isOnline, wasOnline) = (true, true)
            daemon.world.counts.sessions += 1
            daemon.store.note(.connected("epoch \(welcome.epoch), \(welcome.way)"))
        default: break
        }
        if let errand = StoreErrand(effect) { submit(errand) }
    }

    private func send(_ message: StoreMessage) {
        switch message {
        case .ping: break
        default: connection.stir()
        }
        connection.send(FrameInbox.frame(message.payload()), from: .store)
    }

    private func submit(_ errand: StoreErrand) {
        let store = daemon.store
        if let mistake = mistake(in: errand) {
            return daemon.submit(errand.name, { _ in mistake }, then: { [weak self] event in self?.handle(event) })
        }
        daemon.submit(
            errand.name,
            failed: { [weak self] error in self?.handle(.end(Bye(.unavailable, "\(error)"))) },
            { [errands] replica -> (StoreSession.Event?, ChangesetNumber) in
                guard !errands.areOver else { return (nil, replica.lastSealed) }
                let event = try errands.run(errand, on: replica, at: store.moment)
                store.did(errand, event, replica)
                return (event, replica.lastSealed)
            },
            then: { [weak self] event, sealed in
                guard let self, let event else { return }
                handle(event)
                guard case .applied = event else { return }
                handle(.sealed(upTo: sealed))
                daemon.houseSoon()
            }
        )
    }

    /// What a wrong shell would say without having done it.
    private func mistake(in errand: StoreErrand) -> StoreSession.Event? {
        switch (daemon.world.planted, errand) {
        case (.dropChunk, .stage(let chunk)) where chunk.rows > 0 && daemon.world.now > 3_600_000:
            .staged(bytes: chunk.windowBytes)
        case (.forgetTag, .storeTag): .tagStored
        default: nil
        }
    }

    private func hangUp(_ error: SessionError) {
        ending = error
        switch error {
        case .fault, .noCommonVersion, .doesNotFit, .siteIsBehind, .outboxLacks, .schemaIsBehind: strange("\(error)")
        case .peerEnded(let bye), .refused(let bye):
            if [.forked, .protocolError, .version, .retired].contains(bye.code) { strange("\(error)") }
        case .ended, .handshakeTimedOut, .silent: break
        }
        // Its own end hears of it in a turn of its own.
        let connection = connection
        daemon.later(0) { connection.close(from: .store, "closed here") }
    }

    /// Nothing of this kind happens between two honest nodes.
    private func strange(_ what: String) {
        let world = daemon.world
        guard !world.tolerance.strangeBytes else { return }
        let broken = Broken(
            expected: "a session that keeps to the protocol",
            found: what,
            subject: "session of \(daemon.store.name)"
        )
        world.broken(.soundness, at: daemon.store.name, broken)
    }

    private func tickLater() {
        ticks += 1
        let sleeps = connection.sleeps()
        daemon.later(sleeps ? Self.quietTickMilliseconds : 1_000) { [weak self, ticks] in
            guard let self, !isClosed, ticks == self.ticks else { return }
            if sleeps { handle(.heard(daemon.machine.moment)) }
            handle(.tick(daemon.machine.moment))
            tickLater()
        }
    }

    func wake() {
        daemon.turn { [weak self] in
            guard let self, !isClosed else { return }
            handle(.heard(daemon.machine.moment))
            tickLater()
        }
    }
}

extension StoreErrand {
    /// For the story of a failure.
    var name: String {
        switch self {
        case .storeTag: "store the tag"
        case .dropStaged: "drop what is staged"
        case .beginResync: "begin a resync"
        case .begin: "begin the session"
        case .acknowledged: "note an acknowledgement"
        case .load: "load the outbox"
        case .adoptSchema: "adopt a schema version"
        case .stage: "stage a chunk"
        case .apply: "apply a checkpoint"
        case .measured: "note the hub's time"
        }
    }
}
