import NIOCore
import Testing

@testable import Simulator

/// Lines: what arrives is a prefix of what was sent, and ends learn of an end as the fault has it.
@Suite struct LineTests {
    private final class End: ConnectionEnd {
        var bytes: [UInt8] = []
        var endings: [String] = []

        func received(_ bytes: ByteBuffer) { self.bytes += Array(bytes.readableBytesView) }
        func closed(_ why: String) { endings.append(why) }
        func wake() {}
    }

    private let queue = EventQueue()
    private let up = LineWeather(Chance(seed: 1, stream: "up"))
    private let down = LineWeather(Chance(seed: 1, stream: "down"))
    private let store = End()
    private let hub = End()

    private func connect() -> SimulatedConnection {
        let connection = SimulatedConnection(number: 1, queue: queue, up: up, down: down)
        connection.hubEnd = hub
        connection.attach(store)
        return connection
    }

    private func pass(_ milliseconds: Int64) { while queue.step(until: queue.now + milliseconds) {} }

    @Test("Bytes arrive in order, whatever the jitter")
    func inOrder() {
        let connection = connect()
        up.jitterMilliseconds = 500
        for byte in UInt8(0)..<100 { connection.send(ByteBuffer(bytes: [byte]), from: .store) }
        pass(2_000)
        #expect(hub.bytes == Array(UInt8(0)..<100))
    }

    @Test("A cut holds bytes, and healing lets them go on in order")
    func cut() {
        let connection = connect()
        connection.send(ByteBuffer(bytes: [1]), from: .store)
        up.isCut = true
        connection.send(ByteBuffer(bytes: [2]), from: .store)
        pass(5_000)
        #expect(hub.bytes.isEmpty)
        up.isCut = false
        connection.heal()
        connection.send(ByteBuffer(bytes: [3]), from: .store)
        pass(1_000)
        #expect(hub.bytes == [1, 2, 3])
    }

    @Test("A connection that breaks leaves a prefix, and tells only who is to learn")
    func breaks() {
        let connection = connect()
        connection.send(ByteBuffer(bytes: [1, 2, 3]), from: .store)
        connection.send(ByteBuffer(bytes: [4, 5, 6]), from: .store)
        connection.breakOff(upBytes: 4, downBytes: 0, storeLearnsAfter: 5, hubLearnsAfter: nil)
        pass(60_000)
        #expect(hub.bytes == [1, 2, 3, 4] && store.endings.count == 1 && hub.endings.isEmpty)
    }

    @Test("What was sent before a close arrives before the end does")
    func closes() {
        let connection = connect()
        connection.send(ByteBuffer(bytes: [1]), from: .hub)
        connection.close(from: .hub, "closed here")
        #expect(hub.endings == ["closed here"])
        pass(1_000)
        #expect(store.bytes == [1] && store.endings == ["the peer closed"])
    }

    @Test("A slow line takes its time")
    func slow() {
        let connection = connect()
        up.bytesPerSecond = 1_000
        connection.send(ByteBuffer(bytes: [UInt8](repeating: 7, count: 2_000)), from: .store)
        pass(1_900)
        #expect(hub.bytes.isEmpty)
        pass(1_000)
        #expect(hub.bytes.count == 2_000)
    }
}
