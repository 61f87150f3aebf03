import ChangeLog
import NIOCore
import SyncSession
import WireFormat

/// One end of a connection in its daemon: what the shells of both sessions have in common.
///
/// Law: the session hears of things only in turns of its daemon, and of nothing after the end.
class Link: ConnectionEnd {
    /// How often a quiet connection is looked at.
    private static let quietTickMilliseconds: Int64 = 60_000

    private unowned let owner: Daemon
    private let connection: SimulatedConnection
    private let side: SimulatedConnection.Side
    /// The store at its other end, or at this one.
    let store: NodeName
    private var inbox = FrameInbox()
    /// Counts ticks, so that one that was planned before a waking comes to nothing.
    private var ticks = 0
    private(set) var isClosed = false

    init(_ owner: Daemon, _ connection: SimulatedConnection, _ side: SimulatedConnection.Side, store: NodeName) {
        (self.owner, self.connection, self.side, self.store) = (owner, connection, side, store)
    }

    // MARK: What a kind's session hears

    func connected(_ moment: Moment) {}
    func heard(_ moment: Moment) {}
    func tick(_ moment: Moment) {}
    func take(_ payload: ByteBuffer, _ moment: Moment) throws(WireError) {}
    func lost(_ why: String) {}
    /// This node ends the session.
    func end(_ bye: Bye) {}

    // MARK: Its life

    func begin() {
        connected(owner.machine.moment)
        tickLater()
    }

    /// The process is gone.
    func abandon() {
        isClosed = true
        connection.abandon(side)
    }

    /// The machine has no power.
    func vanish() {
        isClosed = true
        connection.vanish(side)
    }

    func hangUp() {
        // This end hears of it in a turn of its own.
        let (connection, side) = (connection, side)
        owner.later(0) { connection.close(from: side, "closed here") }
    }

    // MARK: The line

    func received(_ bytes: ByteBuffer) {
        owner.turn { [weak self] in self?.take(bytes) }
    }

    func closed(_ why: String) {
        owner.turn { [weak self] in
            guard let self, !isClosed else { return }
            isClosed = true
            lost(why)
        }
    }

    private func take(_ bytes: ByteBuffer) {
        guard !isClosed else { return }
        let moment = owner.machine.moment
        inbox.take(bytes)
        heard(moment)
        do {
            while !isClosed, let payload = try inbox.next() { try take(payload, moment) }
        } catch {
            end(error.bye)
            strange("\(error)")
        }
    }

    /// - Parameter isHeartbeat: it breaks no quiet.
    func send(_ payload: ByteBuffer, isHeartbeat: Bool) {
        if !isHeartbeat { connection.stir() }
        connection.send(FrameInbox.frame(payload), from: side)
    }

    /// Nothing of this kind happens between two honest nodes.
    func strange(_ what: String) {
        let world = owner.world
        guard !world.tolerance.strangeBytes else { return }
        let broken = Broken(
            expected: "a session that keeps to the protocol",
            found: what,
            subject: "session of \(store)"
        )
        world.broken(.soundness, at: owner.machine.name, broken)
    }

    // MARK: Time

    private func tickLater() {
        ticks += 1
        let sleeps = connection.sleeps()
        owner.later(sleeps ? Self.quietTickMilliseconds : 1_000) { [weak self, ticks] in
            guard let self, !isClosed, ticks == self.ticks else { return }
            if sleeps { heard(owner.machine.moment) }
            tick(owner.machine.moment)
            tickLater()
        }
    }

    func wake() {
        owner.turn { [weak self] in
            guard let self, !isClosed else { return }
            heard(owner.machine.moment)
            tickLater()
        }
    }
}
