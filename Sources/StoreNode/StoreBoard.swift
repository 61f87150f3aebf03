import ChangeLog
import Replica
import SyncSession
import Synchronization
import Transport

/// What the daemon knows of itself right now, where every thread may look: the link, its measurements, how far things
/// came, and what went wrong.
final class StoreBoard: Sendable {
    /// Hands an event to the session of the present connection.
    struct Doorbell: Sendable {
        let ring: @Sendable (StoreSession.Event) -> Void

        init(_ ring: @escaping @Sendable (StoreSession.Event) -> Void) { self.ring = ring }
    }

    /// What can fail, each for a reason of its own; the first that does is told.
    enum Chore: CaseIterable {
        case sealing
        /// Pushing, staging, applying: what a session asks of the replica.
        case session
        /// Old changesets, and rights that move by share.
        case housekeeping
        /// Being let in: the hub, or the handshake, says no until a person has done something.
        case admission
    }

    struct Facts: Sendable {
        var isConnected = false
        /// A session was at work since the last look.
        var wasOnline = false
        var network = ""
        var region = ""
        var offsetMilliseconds: Int64?
        var roundTripMilliseconds: Int64?
        /// The last number sealed.
        var sealed = ChangesetNumber.none
        var acknowledged = ChangesetNumber.none
        /// Sessions that began.
        var sessions = 0
        var cursor = Cursor.start
        /// Answers of the hub to questions for its head, by the question's id.
        var heads: [UInt64: Position] = [:]
        var questions: UInt64 = 0
        /// When the last checkpoint was committed, or the last session began; monotonic milliseconds.
        var caughtUpAt: Int64?
        var troubles: [Chore: String] = [:]
        /// What stops sealing or applying, in words for a person; nil while nothing does.
        var trouble: String? { Chore.allCases.lazy.compactMap { troubles[$0] }.first }
    }

    /// How the last session ended.
    enum Ending: Sendable {
        case line(String)
        case session(SessionError)

        /// What the hub has of this site, when it found it to be a copy.
        var history: ForkHistory? {
            guard case .session(let error) = self else { return nil }
            return error.history
        }
    }

    private struct State {
        var facts = Facts()
        var doorbell: Doorbell?
        var ending: Ending?
    }

    private let state: Mutex<State>

    init(sealed: ChangesetNumber, acknowledged: ChangesetNumber, cursor: Cursor) {
        var facts = Facts()
        facts.sealed = sealed
        facts.acknowledged = acknowledged
        facts.cursor = cursor
        state = Mutex(State(facts: facts))
    }

    var facts: Facts { state.withLock { $0.facts } }

    /// Hands the event to the present session, if there is one.
    func ring(_ event: StoreSession.Event) { state.withLock { $0.doorbell }?.ring(event) }

    // MARK: The link

    func opened(_ doorbell: Doorbell) {
        state.withLock {
            $0.doorbell = doorbell
            $0.ending = nil
        }
    }

    /// - Parameter trouble: what a person has to do although the hub lets the store in.
    func online(_ welcome: Welcome, trouble: String?) {
        state.withLock {
            $0.facts.isConnected = true
            $0.facts.troubles[.admission] = trouble
            $0.facts.wasOnline = true
            $0.facts.sessions += 1
            $0.facts.network = welcome.network
            $0.facts.region = welcome.region
        }
    }

    /// The session ended by itself; the line's end that follows says nothing more.
    func ended(_ error: SessionError) { state.withLock { $0.ending = $0.ending ?? .session(error) } }

    func closed(because why: String) {
        state.withLock {
            $0.doorbell = nil
            $0.facts.isConnected = false
            $0.ending = $0.ending ?? .line(why)
        }
    }

    /// Whether a session was at work, once.
    func takeWasOnline() -> Bool {
        state.withLock { state in
            defer { state.facts.wasOnline = false }
            return state.facts.wasOnline
        }
    }

    /// How the last session ended, once.
    func takeEnding() -> Ending? {
        state.withLock { state in
            defer { state.ending = nil }
            return state.ending
        }
    }

    /// - Returns: whether the clock turned out wrong, and was not known to be.
    func measured(_ time: HubTime) -> Bool {
        state.withLock { state in
            let wasWrong = state.facts.offsetMilliseconds.map { WrongClock.isWrong(offsetMilliseconds: $0) } ?? false
            state.facts.offsetMilliseconds = time.offsetMilliseconds
            state.facts.roundTripMilliseconds = time.roundTripMilliseconds
            return !wasWrong && WrongClock.isWrong(offsetMilliseconds: time.offsetMilliseconds)
        }
    }

    // MARK: How far

    func sealed(_ number: ChangesetNumber) {
        state.withLock { $0.facts.sealed = max($0.facts.sealed, number) }
        ring(.sealed(upTo: number))
    }

    /// The replica is a new site, of which the hub has nothing yet.
    func isNewSite(sealed: ChangesetNumber) {
        state.withLock {
            $0.facts.sealed = sealed
            $0.facts.acknowledged = .none
            $0.facts.cursor = .start
        }
    }

    func acknowledged(_ number: ChangesetNumber) { state.withLock { $0.facts.acknowledged = number } }

    func applied(_ cursor: Cursor) {
        state.withLock {
            $0.facts.cursor = cursor
            $0.facts.caughtUpAt = Moment.now.monotonicMilliseconds
            $0.facts.troubles[.session] = nil
        }
    }

    /// Asks the hub where its head is; the id under which `facts.heads` will have the answer.
    func askHead() -> UInt64 {
        let id = state.withLock { state in
            state.facts.questions += 1
            return state.facts.questions
        }
        ring(.askHead(id: id))
        return id
    }

    func head(_ id: UInt64, _ position: Position) {
        state.withLock { state in
            state.facts.heads = state.facts.heads.filter { $0.key + 64 > id }
            state.facts.heads[id] = position
        }
    }

    // MARK: Trouble

    func failed(_ error: any Error, at chore: Chore = .session) { failed("\(error)", at: chore) }

    func failed(_ trouble: String, at chore: Chore) { state.withLock { $0.facts.troubles[chore] = trouble } }

    /// - Returns: whether it had failed before.
    @discardableResult
    func recovered(at chore: Chore) -> Bool {
        state.withLock { $0.facts.troubles.removeValue(forKey: chore) != nil }
    }
}
