import ChangeLog
import NIOCore
import Replica
import SessionWork
import SyncSession
import WireFormat

/// One connection of a store at work: the shell of a `StoreSession`.
final class StoreLink: Link {
    private unowned let daemon: StoreDaemon
    private let connection: SimulatedConnection
    private var session: StoreSession
    private let errands: StoreErrands
    private(set) var isOnline = false
    private var wasOnline = false
    private var ending: SessionError?

    init(_ daemon: StoreDaemon, _ connection: SimulatedConnection, hello: Hello) {
        self.daemon = daemon
        self.connection = connection
        session = StoreSession(hello: hello)
        errands = StoreErrands { [store = daemon.store.name] hash in StandInKey(of: store).sign(hash) }
        super.init(daemon, connection, .store, store: daemon.store.name)
    }

    override func begin() {
        super.begin()
        connection.attach(self)
    }

    // MARK: The line

    override func connected(_ moment: Moment) { handle(.connected(moment)) }
    override func heard(_ moment: Moment) { handle(.heard(moment)) }
    override func tick(_ moment: Moment) { handle(.tick(moment)) }
    override func end(_ bye: Bye) { handle(.end(bye)) }

    override func take(_ payload: ByteBuffer, _ moment: Moment) throws(WireError) {
        if let message = try HubMessage.decode(payload) { handle(.received(message, moment)) }
    }

    override func lost(_ why: String) {
        isOnline = false
        handle(.disconnected)
        let because = ending.map { "\($0)" } ?? why
        daemon.left(self, why: because, ending: ending, wasOnline: wasOnline)
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
        let isHeartbeat = if case .ping = message { true } else { false }
        send(message.payload(), isHeartbeat: isHeartbeat)
    }

    private func submit(_ asked: StoreErrand) {
        let (store, errand) = (daemon.store, mistaken(asked))
        if let mistake = mistake(in: errand) {
            return daemon.submit(errand.name, { _ in mistake }, then: { [weak self] event in self?.handle(event) })
        }
        daemon.submit(
            errand.name,
            failed: { [weak self] error in self?.handle(.end(Bye(.unavailable, "\(error)"))) },
            { [errands] replica -> (StoreSession.Event?, ChangesetNumber) in
                guard !errands.areOver else { return (nil, replica.lastSealed) }
                let event = try errands.run(errand, on: replica, at: store.moment)
                store.did(asked, event)
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

    /// What a wrong shell would do instead.
    private func mistaken(_ errand: StoreErrand) -> StoreErrand {
        guard daemon.world.planted == .spendWhileFrozen, case .begin(let welcome, freezesRights: true) = errand else {
            return errand
        }
        return .begin(welcome, freezesRights: false)
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
        if !daemon.world.tolerance.excuses(error) { strange("\(error)") }
        hangUp()
    }
}

extension StoreErrand {
    /// For the story of a failure.
    var name: String {
        switch self {
        case .compare: "compare the last changeset"
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
        case .backedUp: "note a backup"
        case .loadKept: "load what came down"
        }
    }
}
