import ChangeLog
import SyncSession
import Testing

@Suite("A hub's intake")
struct HubIntakeTests {
    @Test(
        "a part out of its order ends the session",
        arguments: [(5, 0), (7, 0), (5, 1), (7, 1), (6, 0), (6, 2), (6, -1), (6, Int.max), (.max, 0)] as [(Int64, Int)]
    )
    func outOfOrder(number: Int64, part: Int) {
        var hub = HubSession.online(.sample(sealed: 7))
        _ = hub.receive(.push(.sample(6, 0, of: 3)))
        let effects = hub.receive(.push(.sample(number, part, of: 3)))
        #expect(
            effects.fault
                == .partOutOfOrder(
                    expected: ChangesetNumber(6),
                    part: 1,
                    got: ChangesetNumber(number),
                    gotPart: part
                )
        )
    }

    @Test("an empty changeset has one part without bytes")
    func empty() {
        var hub = HubSession.online(.sample(sealed: 6))
        var part = PushPart.sample(6, bytes: 0)
        part.header = .sample(6, segments: 0)
        #expect(hub.receive(.push(part)).lines == "submit 6.0 with header, the last")
    }

    @Test("a changeset without a header that the site can have made ends the session")
    func headers() {
        var (foreign, other, negative, none) = (
            PushPart.sample(6), PushPart.sample(6), PushPart.sample(6), PushPart.sample(6)
        )
        foreign.header = .sample(6, site: SiteID(1))
        other.header = .sample(7)
        negative.header?.segments = -4
        none.header = nil
        for part in [foreign, other, negative, none] {
            var hub = HubSession.online(.sample(sealed: 6))
            #expect(hub.receive(.push(part)).fault == .header(ChangesetNumber(6)))
        }
    }

    @Test("a changeset that goes on past its own parts ends the session")
    func pastItsParts() {
        var hub = HubSession.online(.sample(sealed: 6), .sample(partsHeld: 2))
        #expect(hub.receive(.push(.sample(6, 2, of: 2))).fault == .header(ChangesetNumber(6)))
    }

    @Test("parts past the window end the session; acknowledged and held ones make room")
    func window() {
        var hub = HubSession.online(.sample(sealed: 20), limits: .narrow)
        _ = hub.receive(.push(.sample(6)))
        _ = hub.receive(.push(.sample(7, 0, of: 4)))
        _ = hub.receive(.push(.sample(7, 1, of: 4, header: false)))
        var full = hub
        #expect(
            full.receive(.push(.sample(7, 2, of: 4, header: false))).fault
                == .windowExceeded(bytes: 900, windowBytes: 900)
        )
        #expect(hub.handle(.held(number: ChangesetNumber(7), parts: 1)).lines == "↓ holds 1 of 7")
        #expect(hub.receive(.push(.sample(7, 2, of: 4, header: false))).fault == nil)
        #expect(hub.handle(.committed(through: ChangesetNumber(6))).lines == "↓ acknowledge 6")
        #expect(hub.receive(.push(.sample(7, 3, of: 4, header: false))).fault == nil)
        #expect(hub.receive(.push(.sample(8))).fault == .windowExceeded(bytes: 900, windowBytes: 900))
    }

    @Test("of two limits the smaller counts")
    func smallerCounts() {
        var hub = HubSession.online(.sample(sealed: 20, limits: .narrow))
        for number in Int64(6)...8 { #expect(hub.receive(.push(.sample(number))).fault == nil) }
        #expect(hub.receive(.push(.sample(9))).fault == .windowExceeded(bytes: 900, windowBytes: 900))
    }

    @Test("a part larger than a frame ends the session")
    func tooLarge() {
        var hub = HubSession.online(.sample(sealed: 6), limits: .narrow)
        guard case .frameTooLarge = hub.receive(.push(.sample(6, bytes: Limits.frameBytesLeast))).fault else {
            Issue.record("the part was taken")
            return
        }
    }

    @Test("several commits are acknowledged as one, and none twice")
    func acknowledged() {
        var hub = HubSession.online(.sample(sealed: 8))
        for number in Int64(6)...8 { _ = hub.receive(.push(.sample(number))) }
        #expect(hub.handle(.committed(through: ChangesetNumber(7))).lines == "↓ acknowledge 7")
        #expect(hub.handle(.committed(through: ChangesetNumber(7))).isEmpty)
        #expect(hub.handle(.committed(through: ChangesetNumber(8))).lines == "↓ acknowledge 8")
        #expect(hub.handle(.held(number: ChangesetNumber(8), parts: 1)).isEmpty)
    }
}
