import NIOCore

/// One direction of a connection: bytes that leave in order and arrive in order, or not at all.
///
///     send ─→ under way ─(delay, jitter, rate)─→ arrive ─→ receiver
///                         └ while cut: held ┘
///
/// Law: like TCP over a bad line, a pipe loses nothing in the middle: what arrives is a prefix of what was sent.
final class Pipe {
    /// What the receiving end gets.
    enum Piece {
        case bytes(ByteBuffer)
        /// The sender closed; nothing follows.
        case end
    }

    private let queue: EventQueue
    /// The weather that bytes meet.
    private let weather: () -> LineWeather
    private let deliver: (Piece) -> Void
    private var underway: [Piece] = []
    /// The first of `underway` that has not arrived; what lies before is forgotten now and then.
    private var first = 0
    /// Arrivals that were due while the line was cut.
    private var due = 0
    private var lastArrival: Int64 = 0
    private var isOpen = true
    /// Held back by itself, whatever the weather.
    private var isHeld = false

    init(queue: EventQueue, weather: @escaping () -> LineWeather, deliver: @escaping (Piece) -> Void) {
        self.queue = queue
        self.weather = weather
        self.deliver = deliver
    }

    var bytesUnderway: Int {
        underway[first...].reduce(0) { sum, piece in
            if case .bytes(let bytes) = piece { sum + bytes.readableBytes } else { sum }
        }
    }

    func send(_ piece: Piece) {
        guard isOpen else { return }
        underway.append(piece)
        let weather = weather()
        var takes = weather.delay()
        if case .bytes(let bytes) = piece, weather.bytesPerSecond > 0 {
            takes += Int64(bytes.readableBytes) * 1000 / weather.bytesPerSecond
        }
        lastArrival = max(lastArrival, queue.now + takes)
        queue.plan(after: lastArrival - queue.now) { [weak self] in self?.arrive() }
    }

    /// Nothing arrives until it is released.
    func hold() { isHeld = true }

    func release() {
        isHeld = false
        if !weather().isBlocked { heal() }
    }

    /// The line is back: what it held goes on.
    func heal() {
        guard isOpen, due > 0, !isHeld else { return }
        let held = due
        due = 0
        lastArrival = max(lastArrival, queue.now + weather().delay())
        for _ in 0..<held {
            queue.plan(after: lastArrival - queue.now) { [weak self] in self?.arrive() }
        }
    }

    /// The connection is gone. Of what is under way the first `bytes` still arrive.
    func breakOff(afterBytes bytes: Int) {
        guard isOpen else { return }
        isOpen = false
        var rest = bytes
        let pieces = underway[first...]
        (underway, first, due) = ([], 0, 0)
        for piece in pieces {
            guard case .bytes(var buffer) = piece, rest > 0 else { break }
            if let prefix = buffer.readSlice(length: min(rest, buffer.readableBytes)) {
                rest -= prefix.readableBytes
                deliver(.bytes(prefix))
            }
        }
    }

    private func arrive() {
        guard isOpen, first < underway.count else { return }
        // What was held goes first.
        guard !weather().isBlocked, !isHeld, due == 0 else {
            due += 1
            if !weather().isBlocked { heal() }
            return
        }
        let piece = underway[first]
        first += 1
        if first == underway.count || first > 64 {
            underway.removeFirst(first)
            first = 0
        }
        deliver(piece)
    }
}
