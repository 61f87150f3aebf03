import NIOCore

/// The lines between the stores and the hub, and the connections on them.
final class Network {
    /// What becomes of a dial.
    enum Dialled {
        case connected(SimulatedConnection)
        case failed(String)
    }

    /// One store's line.
    final class Line {
        let up: LineWeather
        let down: LineWeather
        /// Someone accepts in the hub's place, and never answers.
        var isDeaf = false
        fileprivate(set) var connections: [SimulatedConnection] = []

        init(_ seed: UInt64, store: Int) {
            up = LineWeather(Chance(seed: seed, stream: "line up \(store)"))
            down = LineWeather(Chance(seed: seed, stream: "line down \(store)"))
        }

        var isBlocked: Bool { up.isBlocked || down.isBlocked }

        /// A scenario cuts it, and mends it.
        func sever(_ isSevered: Bool) {
            stir()
            (up.isSevered, down.isSevered) = (isSevered, isSevered)
            if !isSevered { heal() }
        }

        /// The open connection, if there is one.
        var present: SimulatedConnection? { connections.last { $0.isOpen } }

        /// What the store says from its next connection on is kept.
        var isRecorded = false
        /// What the store said in the oldest connection that is kept, which may be the present one.
        var recorded: ByteBuffer? { connections.first { $0.recording != nil }?.recording }

        /// Something goes wrong with it: its connections are watched each second.
        func stir() { for connection in connections { connection.stir(forMilliseconds: 120_000) } }

        /// Bytes that the cut held go on.
        func heal() { for connection in connections { connection.heal() } }

        /// Everything is as at first.
        func clear() {
            for connection in connections { connection.up?.release() }
            up.clear()
            down.clear()
            isDeaf = false
            heal()
        }
    }

    /// A connection that nobody accepts is given up after this.
    static let connectTimeoutMilliseconds: Int64 = 10_000

    let lines: [Line]
    private let queue: EventQueue
    private var connections = 0
    /// The hub takes a connection from a store; nil: its process is gone, paused or stopping.
    var accept: (_ store: Int, SimulatedConnection) -> (any ConnectionEnd)? = { _, _ in nil }
    /// The hub's machine answers at all.
    var isHubThere: () -> Bool = { true }

    /// - Parameter stores: each has a line, and its copy, should there be one, another: as many places further on.
    init(seed: UInt64, stores: Int, queue: EventQueue) {
        lines = (0..<2 * stores).map { Line(seed, store: $0) }
        self.queue = queue
    }

    /// Dials the hub; `answer` comes later, once.
    func dial(from store: Int, _ answer: @escaping (Dialled) -> Void) {
        let line = lines[store]
        let takes = line.up.delay() + line.down.delay() + line.up.delay()
        queue.plan(after: takes) { [weak self] in
            guard let self else { return }
            guard !line.isBlocked, isHubThere() || line.isDeaf else {
                return giveUp(after: Self.connectTimeoutMilliseconds, "no answer", answer)
            }
            connections += 1
            let connection = SimulatedConnection(number: connections, queue: queue, up: line.up, down: line.down)
            if !line.isDeaf {
                guard let end = accept(store, connection) else {
                    return giveUp(after: line.down.delay(), "connection refused", answer)
                }
                connection.hubEnd = end
            }
            if line.isRecorded { connection.recording = ByteBuffer() }
            line.connections.removeAll { !$0.isOpen && $0.recording == nil }
            if line.connections.count > 4 { line.connections.removeFirst() }
            line.connections.append(connection)
            answer(.connected(connection))
        }
    }

    /// Somebody says `bytes` to the hub in the store's name, in a connection of their own.
    ///
    /// - Returns: false when the hub takes no connection.
    func say(_ bytes: ByteBuffer, from store: Int) -> Bool {
        guard isHubThere() else { return false }
        connections += 1
        let weather = (LineWeather(Chance(seed: 0, stream: "")), LineWeather(Chance(seed: 0, stream: "")))
        let connection = SimulatedConnection(number: connections, queue: queue, up: weather.0, down: weather.1)
        guard let end = accept(store, connection) else { return false }
        connection.hubEnd = end
        connection.send(bytes, from: .store)
        // It lasts as long as it takes to be heard.
        queue.plan(after: 60_000) { connection.close(from: .store, "said") }
        return true
    }

    private func giveUp(after delay: Int64, _ why: String, _ answer: @escaping (Dialled) -> Void) {
        queue.plan(after: delay) { answer(.failed(why)) }
    }
}
