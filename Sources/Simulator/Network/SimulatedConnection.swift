import NIOCore

/// What a node is told of one connection.
protocol ConnectionEnd: AnyObject {
    func received(_ bytes: ByteBuffer)
    /// Nothing follows. Told once.
    func closed(_ why: String)
    /// The line was quiet, and is no more.
    func wake()
}

/// One connection of a store to the hub: two pipes, and two ends that may learn of its end at different times, or not.
///
///     open --either end closes--> what was sent before arrives, then the peer learns
///     open --breakOff--> a prefix of what is under way arrives; each end learns later, or never (half open)
final class SimulatedConnection {
    enum Side { case store, hub }

    let number: Int
    private(set) var up: Pipe?
    private(set) var down: Pipe?
    private let queue: EventQueue
    private weak var storeEnd: (any ConnectionEnd)?
    /// What came before the store's process looked.
    private var early: [Pipe.Piece]? = []
    weak var hubEnd: (any ConnectionEnd)?
    private var isStoreClosed = false
    private var isHubClosed = false
    /// Bytes that the store sent, for a fault that sends them again. Nil when nobody listens.
    var recording: ByteBuffer?

    init(number: Int, queue: EventQueue, up: LineWeather, down: LineWeather) {
        self.number = number
        self.queue = queue
        self.up = Pipe(queue: queue, weather: { up }) { [weak self] piece in self?.arrived(piece, at: .hub) }
        self.down = Pipe(queue: queue, weather: { down }) { [weak self] piece in self?.arrived(piece, at: .store) }
    }

    // MARK: Quiet lines

    /// After so long without anything but heartbeats a connection is quiet: its heartbeats are taken as said and heard,
    /// and nobody spends time on them.
    private static let quietAfterMilliseconds: Int64 = 3_000
    private var lastBusy: Int64 = 0
    private var isAsleep = false

    /// Asked at each tick: whether both ends may sleep for long.
    func sleeps() -> Bool {
        if isOpen, storeEnd != nil, hubEnd != nil, queue.now - lastBusy > Self.quietAfterMilliseconds {
            isAsleep = true
        }
        return isAsleep
    }

    /// Something else than a heartbeat is said, or something goes wrong with the line (then for longer).
    func stir(forMilliseconds spell: Int64 = 0) {
        lastBusy = max(lastBusy, queue.now + spell)
        guard isAsleep else { return }
        isAsleep = false
        if !isStoreClosed { storeEnd?.wake() }
        if !isHubClosed { hubEnd?.wake() }
    }

    var isOpen: Bool { !isStoreClosed && !isHubClosed }

    /// The store's process takes the connection up, and hears what came meanwhile.
    func attach(_ end: any ConnectionEnd) {
        storeEnd = end
        let pieces = early ?? []
        early = nil
        for piece in pieces { arrived(piece, at: .store) }
    }

    func send(_ bytes: ByteBuffer, from side: Side) {
        switch side {
        case .store:
            guard !isStoreClosed else { return }
            recording?.writeImmutableBuffer(bytes)
            up?.send(.bytes(bytes))
        case .hub:
            guard !isHubClosed else { return }
            down?.send(.bytes(bytes))
        }
    }

    /// One end closes: what it sent goes out before; it hears nothing more.
    func close(from side: Side, _ why: String) {
        switch side {
        case .store where !isStoreClosed: up?.send(.end)
        case .hub where !isHubClosed: down?.send(.end)
        default: return
        }
        tell(side, why)
    }

    /// The machine of one end is gone without a word, as after a loss of power; the peer finds out by itself.
    func vanish(_ side: Side) {
        stir(forMilliseconds: 120_000)
        switch side {
        case .store: isStoreClosed = true
        case .hub: isHubClosed = true
        }
    }

    /// The process of one end is gone; its machine closes for it.
    func abandon(_ side: Side) {
        switch side {
        case .store where !isStoreClosed:
            isStoreClosed = true
            up?.send(.end)
        case .hub where !isHubClosed:
            isHubClosed = true
            down?.send(.end)
        default: break
        }
    }

    /// The connection breaks in the middle of what is under way.
    ///
    /// - Parameter storeLearnsAfter, hubLearnsAfter: milliseconds; nil: never, that end stays half open.
    func breakOff(upBytes: Int, downBytes: Int, storeLearnsAfter: Int64?, hubLearnsAfter: Int64?) {
        up?.breakOff(afterBytes: upBytes)
        down?.breakOff(afterBytes: downBytes)
        if let storeLearnsAfter {
            queue.plan(after: storeLearnsAfter) { [weak self] in self?.arrived(.end, at: .store) }
        }
        if let hubLearnsAfter {
            queue.plan(after: hubLearnsAfter) { [weak self] in self?.tell(.hub, "the connection was reset") }
        }
    }

    /// The store's end is told that the connection broke; what goes up is held back, and arrives after a while, with
    /// its end behind it.
    func strand(forMilliseconds spell: Int64) {
        guard isOpen else { return }
        up?.hold()
        down?.breakOff(afterBytes: 0)
        up?.send(.end)
        tell(.store, "the connection was reset")
        queue.plan(after: spell) { [weak self] in self?.up?.release() }
    }

    func heal() {
        up?.heal()
        down?.heal()
    }

    private func arrived(_ piece: Pipe.Piece, at side: Side) {
        let isClosed = side == .store ? isStoreClosed : isHubClosed
        guard !isClosed else { return }
        if side == .store, early != nil {
            early?.append(piece)
            return
        }
        switch piece {
        case .bytes(let bytes): (side == .store ? storeEnd : hubEnd)?.received(bytes)
        case .end: tell(side, "the peer closed")
        }
    }

    private func tell(_ side: Side, _ why: String) {
        switch side {
        case .store:
            guard !isStoreClosed else { return }
            isStoreClosed = true
            storeEnd?.closed(why)
        case .hub:
            guard !isHubClosed else { return }
            isHubClosed = true
            hubEnd?.closed(why)
        }
    }
}
