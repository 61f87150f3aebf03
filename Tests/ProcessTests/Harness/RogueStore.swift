import ChangeLog
import NIOCore
import NIOPosix
import Replica
import SessionWork
import SyncSession
import Synchronization
import Transport
import Trust
import WireFormat

/// A store's machine that is not what it says: the store's replica and certificate, and a session that signs its
/// changesets as the test wants. It pushes what there is, asks for the hub's head, and goes once it knows it.
enum RogueStore {
    /// What it came to.
    enum Outcome: Hashable, Sendable {
        /// The hub had done all that was asked before the head, and went on.
        case answered(acknowledged: ChangesetNumber)
        /// How the session ended.
        case ended(String)
    }

    /// The store's own daemon does not run.
    static func push(directory: String, hubPort: Int, sign: SignChangeset?) async throws -> Outcome {
        let credentials = try KeyFiles(dataDirectory: directory).credentials()
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup,
            limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        )
        let told = Told()
        let connection = try await dialler.connect(
            to: Endpoint(parsing: "127.0.0.1:\(hubPort)"),
            as: credentials
        ) { connection in
            do {
                return try RogueSession(connection, directory: directory, sign: sign, told: told).begin()
            } catch {
                told.tell(.ended("\(error)"))
                connection.close()
                return ConnectionEvents(received: { _ in }, closed: { _ in })
            }
        }
        await connection.waitUntilClosed()
        return told.outcome ?? .ended("the line broke")
    }

    final class Told: Sendable {
        private let state = Mutex<Outcome?>(nil)

        var outcome: Outcome? { state.withLock { $0 } }

        func tell(_ outcome: Outcome) { state.withLock { $0 = $0 ?? outcome } }
    }
}

/// Belongs to the connection's event loop; does its errands there and then.
private final class RogueSession {
    private var session: StoreSession
    private let replica: StoreReplica
    private let errands: StoreErrands
    private let connection: Transport.Connection
    private let told: RogueStore.Told
    private var events: [StoreSession.Event] = []
    private var isAtWork = false
    private var acknowledged: ChangesetNumber

    init(_ connection: Transport.Connection, directory: String, sign: SignChangeset?, told: RogueStore.Told) throws {
        replica = try StoreReplica(directory: directory)
        _ = try replica.seal(wallMilliseconds: Moment.now.wallMilliseconds)
        let hello = try replica.hello()
        session = StoreSession(hello: Hello(hello, program: "rogue"))
        acknowledged = hello.acknowledged
        errands = StoreErrands(sign: sign)
        self.connection = connection
        self.told = told
    }

    func begin() -> ConnectionEvents {
        let me = NIOLoopBound(self, eventLoop: connection.eventLoop)
        handle(.connected(.now))
        return ConnectionEvents(
            received: { payload in me.value.receive(payload) },
            closed: { _ in me.value.closed() }
        )
    }

    private func receive(_ payload: ByteBuffer) {
        do {
            if let message = try HubMessage.decode(payload) { handle(.received(message, .now)) }
        } catch {
            handle(.end(error.bye))
        }
    }

    private func closed() {
        do { try replica.close() } catch { told.tell(.ended("\(error)")) }
    }

    private func handle(_ event: StoreSession.Event) {
        events.append(event)
        guard !isAtWork else { return }
        isAtWork = true
        defer { isAtWork = false }
        while !events.isEmpty {
            for effect in session.handle(events.removeFirst()) { perform(effect) }
        }
    }

    private func perform(_ effect: StoreSession.Effect) {
        switch effect {
        case .send(let message): connection.send(message.payload())
        case .acknowledged(let number): acknowledged = number
        case .head:
            told.tell(.answered(acknowledged: acknowledged))
            connection.close()
        case .hangUp(let error):
            told.tell(.ended("\(error)"))
            connection.close()
        default: break
        }
        guard let errand = StoreErrand(effect) else { return }
        do {
            let answer = try errands.run(errand, on: replica, at: .now)
            if let answer { events.append(answer) }
            // What is pushed now is before the question for the head.
            if case .loaded = answer { events.append(.askHead(id: 1)) }
        } catch {
            events.append(.end(Bye(.unavailable, "\(error)")))
        }
    }
}
