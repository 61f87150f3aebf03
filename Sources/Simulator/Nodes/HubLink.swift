import ChangeLog
import NIOCore
import Replica
import SessionWork
import SyncSession
import WireFormat

/// One connection of a store at the hub: the shell of a `HubSession`.
final class HubLink: Link {
    private unowned let daemon: HubDaemon
    private var session = HubSession()
    private var errands: HubErrands?
    private(set) var site: SiteID?
    private let region: [UInt8]
    private(set) var isOnline = false
    /// It is not superseded, and not ended.
    private(set) var isPresent = true

    /// - Parameter store: whom the connection proved to be.
    init(_ daemon: HubDaemon, _ connection: SimulatedConnection, store: NodeName) {
        self.daemon = daemon
        region = Array(daemon.hub.region(of: store).utf8)
        super.init(daemon, connection, .hub, store: store)
    }

    // MARK: The line

    override func connected(_ moment: Moment) { handle(.connected(moment)) }
    override func heard(_ moment: Moment) { handle(.heard(moment)) }
    override func tick(_ moment: Moment) { handle(.tick(moment, head: daemon.head)) }
    override func end(_ bye: Bye) { handle(.end(bye)) }

    override func take(_ payload: ByteBuffer, _ moment: Moment) throws(WireError) {
        if let message = try StoreMessage.decode(payload) { handle(.received(message, moment)) }
    }

    override func lost(_ why: String) {
        (isOnline, isPresent) = (false, false)
        errands = nil
        handle(.disconnected)
        daemon.left(self)
    }

    // MARK: The session

    func handle(_ event: HubSession.Event) {
        for effect in session.handle(event) {
            guard !daemon.isEnded else { return }
            perform(effect)
        }
    }

    private func perform(_ effect: HubSession.Effect) {
        switch effect {
        case .send(let message): send(message)
        case .open(let hello): open(hello)
        case .hangUp(let error): hangUp(error)
        case .confirm: isOnline = true
        default: break
        }
        for errand in errands?.errands(for: mistaken(effect)) ?? [] { submit(errand) }
    }

    /// What a wrong shell would do instead.
    private func mistaken(_ effect: HubSession.Effect) -> HubSession.Effect {
        guard daemon.world.planted == .earlyCheckpoint, daemon.world.now > 3_600_000,
            case .readCheckpoint(_, let round) = effect
        else { return effect }
        return .readCheckpoint(ScopePositions(daemon.head), round)
    }

    /// What a wrong shell would answer instead: nothing, where rows were.
    private static func mistaken(_ event: HubSession.Event, _ daemon: HubDaemon) -> HubSession.Event {
        guard case .chunkRead(let read) = event, read.chunk.rows > 0 else { return event }
        let (scope, from) = (read.chunk.scope, read.chunk.from)
        let upTo: Position
        switch (daemon.world.planted, scope) {
        case (.forgetAnswer, .answers): upTo = read.chunk.upTo
        case (.earlyCheckpoint, .network) where daemon.world.now > 3_600_000: upTo = from
        default: return event
        }
        return .chunkRead(
            ChunkRead(
                chunk: Chunk(scope: scope, from: from, upTo: upTo, rows: 0, bytes: []),
                isLast: true,
                schemaVersion: read.schemaVersion
            )
        )
    }

    private func send(_ message: HubMessage) {
        let isHeartbeat =
            switch message {
            case .pong, .acknowledge: true
            default: false
            }
        send(message.payload(), isHeartbeat: isHeartbeat)
    }

    private func submit(_ errand: HubErrand) {
        let answer: (HubSession.Event) -> Void = { [weak self] event in self?.handle(event) }
        switch errand {
        case .write(let job): daemon.writer.submit(answer: answer, job)
        case .merge(let incoming, let number, let bytes):
            daemon.writer.merge(incoming, number: number, bytes: bytes, answer: answer)
        case .refuse(let push): handle(.end(push.bye))
        case .read(let job): daemon.read { [weak daemon] in daemon.flatMap { Self.read(job, $0, answer) } }
        }
    }

    private static func read(
        _ job: HubErrand.Job,
        _ daemon: HubDaemon,
        _ answer: @escaping (HubSession.Event) -> Void
    ) -> () -> Void {
        var told: (() -> Void)?
        let now = daemon.machine.wallMilliseconds
        let event = daemon.onReplica(
            "read of the feed",
            failed: { error in told = { answer(.end(Bye(.unavailable, "\(error)"))) } },
            { replica in try job(replica, now) }
        )
        if case .some(.some(let event)) = event {
            let event = mistaken(event, daemon)
            told = { answer(event) }
        }
        return { [weak daemon] in
            daemon?.announce()
            told?()
        }
    }

    /// News of these scopes.
    func moved(_ news: [HubScopeName], head: Position) {
        guard let site, isPresent else { return }
        var moved: FeedScopes = []
        for scope in news {
            switch scope {
            case .hub: break
            case .network: moved.insert(FeedScopes(.network))
            case .region(let name): if name == region { moved.insert(FeedScopes(.region)) }
            case .store(let name): if name == Array(store.text.utf8) { moved.insert(FeedScopes(.store)) }
            case .answers(let one): if one == site { moved.insert(FeedScopes(.answers)) }
            }
        }
        if !moved.isEmpty { handle(.feedMoved(moved, head: head)) }
    }

    private func hangUp(_ error: SessionError) {
        isPresent = false
        if !daemon.world.tolerance.excuses(error) { strange("\(error)") }
        hangUp()
    }

    // MARK: The handshake

    private func open(_ hello: Hello) {
        guard hello.store == store else {
            return handle(.refused(Bye(.protocolError, "the connection is \(store)'s, the hello \(hello.store)'s")))
        }
        // A copy of a site does not end the session of the site itself.
        guard daemon.isOnline(hello.site) else { return enter(hello) }
        daemon.writer.submit { [weak self, weak daemon] in
            let refusal = daemon?.onReplica(
                "look for a copy",
                failed: { error in self?.handle(.end(Bye(.unavailable, "\(error)"))) },
                { try $0.refusalOfCopy(hello) }
            )
            switch refusal {
            case .none: break
            case .some(.none): self?.enter(hello)
            case .some(.some(let bye)): self?.handle(.refused(bye))
            }
        }
    }

    /// Takes the place of the site's older session, and opens in its turn.
    private func enter(_ hello: Hello) {
        guard !isClosed else { return }
        let older = daemon.older(than: self, of: hello.site)
        site = hello.site
        errands = HubErrands(site: hello.site, witness: StandInKey(of: store).witness)
        // It hears of its end; what it had submitted stands before this opening in the writer's queue.
        older?.end(.superseded)
        let isOtherOnline = daemon.isOnline(store, besides: hello.site)
        daemon.writer.submit(answer: { [weak self] event in self?.handle(event) }) { replica, now in
            try replica.answer(
                hello,
                isPresentSiteOnline: isOtherOnline,
                network: "sim",
                program: "linli sim",
                nowMilliseconds: now
            )
        }
    }
}
