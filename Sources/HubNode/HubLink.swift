import ChangeLog
import Logging
import NIOCore
import NIOPosix
import Replica
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// One connection of a store at work: hands a `HubSession` what happens and performs what it asks for.
///
/// Law: the session and all of this belong to the connection's event loop. The replica is written by the hub's one
/// writer, and read by its readers.
final class HubLink {
    private var session = HubSession()
    private let connection: Transport.Connection
    private let store: NodeName
    /// Checks the signatures of what the store pushes, with the key of the certificate that the connection proved.
    private let witness: PushWitness
    private let hub: HubShared
    private var site: SiteID?
    private var ticker: RepeatedTask?
    private var isClosed = false
    /// From the hello on.
    private var errands: HubErrands?
    private var log: Logger

    init(_ connection: Transport.Connection, store: NodeName, verifier: ChangesetVerifier, hub: HubShared) {
        self.connection = connection
        self.store = store
        witness = PushWitness(certificate: verifier.certificate) { verifier.isSigned($0, $1) }
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
        isClosed = true
        errands = nil
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
        case .hangUp(let error):
            log.notice("session ended: \(error)")
            connection.close()
        case .confirm: confirmed()
        default: break
        }
        for errand in errands?.errands(for: effect) ?? [] { submit(errand) }
    }

    private func submit(_ errand: HubErrand) {
        switch errand {
        case .write(let job): hub.writer.submit(.other(inTurn(job)))
        case .refuse(let push):
            hub.board.refusedPush()
            log.error(
                "pushed what it did not sign: \(push.bye.reason)",
                metadata: ["from": "\(connection.remoteAddress)"]
            )
            handle(.end(push.bye))
        case .read(let job):
            let (replica, body) = (hub.replica, inTurn(job))
            hub.readers.submit { state in
                guard case .active = state else { return }
                body(replica)
            }
        case .merge(let incoming, let number, let bytes):
            let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
            let loop = connection.eventLoop
            hub.writer.submit(
                .merge(incoming, bytes: bytes) { result in
                    let event: HubSession.Event =
                        switch result {
                        case .success(let outcome): outcome.event(for: number)
                        case .failure(let error): .end(Bye(.unavailable, "\(error)"))
                        }
                    loop.execute { link.value.handle(event) }
                }
            )
        }
    }

    /// The job, and its answer handed to the session.
    private func inTurn(_ job: @escaping HubErrand.Job) -> @Sendable (HubReplica) -> Void {
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let loop = connection.eventLoop
        return { replica in
            let event: HubSession.Event?
            do {
                event = try job(replica, Moment.now.wallMilliseconds)
            } catch {
                event = .end(Bye(.unavailable, "\(error)"))
            }
            if let event { loop.execute { link.value.handle(event) } }
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
        guard hub.board.isOnline(hello.site) else { return enter(hello) }
        // A copy of a site does not end the session of the site itself.
        let link = NIOLoopBound(self, eventLoop: connection.eventLoop)
        let loop = connection.eventLoop
        hub.writer.submit(
            .other { replica in
                let refusal = Result { try replica.refusalOfCopy(hello) }
                loop.execute {
                    switch refusal {
                    case .success(nil): link.value.enter(hello)
                    case .success(let bye?): link.value.handle(.refused(bye))
                    case .failure(let error): link.value.handle(.end(Bye(.unavailable, "\(error)")))
                    }
                }
            }
        )
    }

    /// Takes the place of the site's older session, and opens in its turn.
    private func enter(_ hello: Hello) {
        guard !isClosed else { return }
        site = hello.site
        errands = HubErrands(site: hello.site, witness: witness)
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
        let isOtherOnline = hub.board.isOnline(store, besides: hello.site)
        let hub = hub
        submit(
            .write { replica, now in
                let answer: HubSession.Event
                do {
                    answer = try replica.answer(
                        hello,
                        isPresentSiteOnline: isOtherOnline,
                        network: hub.network,
                        program: hub.program,
                        nowMilliseconds: now
                    )
                    hub.opened(failure: nil)
                } catch {
                    hub.opened(failure: error)
                    throw error
                }
                if case .opened(let welcome) = answer { hub.board.opened(hello.site, region: welcome.region) }
                return answer
            }
        )
    }

    private func confirmed() {
        guard let site else { return }
        log.info("store online", metadata: ["site": "\(site)", "from": "\(connection.remoteAddress)"])
        hub.board.online(site)
    }
}
