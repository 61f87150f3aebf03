import ChangeLog
import SyncSession
import Testing

@Suite("Heartbeats and clocks")
struct HeartbeatTests {
    private let silence = Limits.silenceMilliseconds

    @Test("a store pings once a heartbeat, and the answers tell how long they took and what the hub's clock shows")
    func pings() {
        var store = StoreSession.online()
        #expect(store.handle(.tick(.at(4_999))).isEmpty)
        #expect(store.handle(.tick(.at(5_000))).lines == "↑ ping 5000")
        #expect(store.handle(.tick(.at(9_999))).isEmpty)
        // The wall shows 1,005,100 here, and 1,007,050 half a round trip earlier at the hub.
        let pong = Pong(id: 5_000, pingWallMilliseconds: 0, wallMilliseconds: 1_007_050)
        #expect(store.receive(.pong(pong), at: 5_100).lines == "hub's clock 2000 ms ahead, round trip 100 ms")
        #expect(store.receive(.pong(pong), at: 5_110).fault == .unasked("a pong"))
    }

    @Test("a pong for no ping ends the session", arguments: [0, 5_001, UInt64.max])
    func unasked(id: UInt64) {
        var store = StoreSession.online()
        _ = store.handle(.tick(.at(5_000)))
        let pong = Pong(id: id, pingWallMilliseconds: 0, wallMilliseconds: 0)
        #expect(store.receive(.pong(pong), at: 5_100).fault == .unasked("a pong"))
    }

    @Test("of the last samples the one with the least round trip counts")
    func leastRoundTrip() {
        var store = StoreSession.online()
        var ping: Int64 = 0
        for (roundTrip, hub, expected) in [(100, 2_050, 2_000), (900, 2_840, 2_000), (20, 2_012, 2_002)]
            as [(
                Int64, Int64, Int64
            )]
        {
            ping += 5_000
            _ = store.handle(.tick(.at(ping)))
            let wall = 1_000_000 + ping + hub
            let pong = Pong(id: UInt64(ping), pingWallMilliseconds: 0, wallMilliseconds: wall)
            guard case .measured(let time) = store.receive(.pong(pong), at: ping + roundTrip).first else {
                Issue.record("no measure")
                return
            }
            #expect(time.offsetMilliseconds == expected)
        }
    }

    @Test("when the hub's clock is set, the newest sample counts alone")
    func hubClockSet() {
        var store = StoreSession.online()
        _ = store.handle(.tick(.at(5_000)))
        let pong = Pong(id: 5_000, pingWallMilliseconds: 0, wallMilliseconds: 1_000_000 + 5_200 + 3_600_000)
        let effects = store.receive(.pong(pong), at: 5_400)
        #expect(effects.lines == "hub's clock 3600000 ms ahead, round trip 400 ms")
    }

    @Test("when this machine's wall clock is set, the older samples still hold")
    func ownClockSet() {
        var store = StoreSession.online()
        _ = store.handle(.tick(.at(5_000)))
        var received = Moment.at(5_400)
        received.wallMilliseconds -= 60_000
        let pong = Pong(id: 5_000, pingWallMilliseconds: 0, wallMilliseconds: 1_000_000 + 5_200)
        // The sample of the handshake took 40 ms and said 20 ms less.
        let effects = store.handle(.received(.pong(pong), received))
        #expect(effects.lines == "hub's clock 59980 ms ahead, round trip 40 ms")
    }

    @Test("no time that a hub can tell traps", arguments: [Int64.min, -1, 0, .max])
    func anyTime(wall: Int64) {
        var store = StoreSession.online(.sample(), .sample(wallMilliseconds: wall))
        _ = store.handle(.tick(.at(5_000)))
        let pong = Pong(id: 5_000, pingWallMilliseconds: wall, wallMilliseconds: wall)
        #expect(store.receive(.pong(pong), at: 5_100).fault == nil)
    }

    @Test("a peer is gone when not one byte came for so long; a frame that trickles in is a sign of life")
    func silenceIsInBytes() {
        var (store, hub) = (StoreSession.online(), HubSession.online())
        _ = store.handle(.heard(.at(10_000)))
        _ = hub.handle(.heard(.at(10_000)))
        let last = 10_000 + silence
        #expect(!store.handle(.tick(.at(last - 1))).lines.contains("hang up"))
        #expect(!hub.handle(.tick(.at(last - 1), head: .start)).lines.contains("hang up"))
        #expect(store.handle(.tick(.at(last))).last == .hangUp(.silent(milliseconds: silence)))
        #expect(hub.handle(.tick(.at(last), head: .start)).last == .hangUp(.silent(milliseconds: silence)))
        #expect(SessionError.silent(milliseconds: silence).sequel == .reconnect)
    }

    @Test("a hub that has nothing to say repeats its acknowledgement once a heartbeat")
    func signOfLife() {
        var hub = HubSession.online()
        _ = hub.handle(.heard(.at(4_000)))
        #expect(hub.handle(.tick(.at(5_039), head: Position(100))).isEmpty)
        #expect(hub.handle(.tick(.at(5_040), head: Position(100))).lines == "↓ acknowledge 5")
        #expect(hub.handle(.tick(.at(6_000), head: Position(100))).isEmpty)
    }

    @Test("pings that were held up may come at once; more than twice the heartbeat end the session")
    func flood() {
        var hub = HubSession.online()
        for id in UInt64(1)...UInt64(Limits.pingsAtOnceMax) {
            #expect(hub.receive(.ping(Ping(id: id, wallMilliseconds: 0))).lines == "↓ pong \(id)")
        }
        var patient = hub
        #expect(hub.receive(.ping(Ping(id: 9, wallMilliseconds: 0))).fault == .tooManyPings)
        #expect(patient.receive(.ping(Ping(id: 9, wallMilliseconds: 0)), at: 5_000).fault == nil)
    }
}
