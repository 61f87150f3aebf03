import ChangeLog
import SyncSession
import Testing

/// Nothing that a peer sends, in any state, may trap; and after the end nothing is done.
@Suite("Any message at any time")
struct AnyMessageTests {
    private let extremes: [Int64] = [.min, -1, 0, 1, 5, 6, 7, 100, 105, .max]

    private var storeMessages: [StoreMessage] {
        var messages: [StoreMessage] = [
            .hello(.sample()), .confirm(SessionTag(7)), .confirm(SessionTag(0)), .bye(.shutdown),
            .offer(.sample(.beforeOutbox)), .offer(.last(.afterOutbox)),
        ]
        for number in extremes {
            let (position, id) = (Position(number), UInt64(bitPattern: number))
            messages += [
                .push(.sample(number)), .push(.sample(6, Int(number), of: 3)), .push(.sample(6, 0, of: Int(number))),
                .push(.sample(6, Int(number), of: Int(number), header: false)), .taken(bytes: Int(number)),
                .committed(cursor: .at(number), safe: position), .committed(cursor: .at(105), safe: position),
                .askHead(id: id), .ping(Ping(id: id, wallMilliseconds: number)),
                .hello(.sample(cursor: .at(number), acknowledged: number, sealed: number)),
                .hello(
                    .sample(
                        cursor: .start,
                        staged: [StagedScope(scope: .store, upTo: position)],
                        stagedEpoch: Epoch(1),
                        schemaVersion: Int(number)
                    )
                ),
            ]
        }
        return messages
    }

    private var hubMessages: [HubMessage] {
        var messages: [HubMessage] = [
            .bye(.shutdown), .welcome(.sample(way: .resync)), .welcome(.sample(epoch: 0)),
            .adopted(rows: 1),
        ]
        for number in extremes {
            let (position, id) = (Position(number), UInt64(bitPattern: number))
            messages += [
                .welcome(.sample(acknowledged: number)), .welcome(.sample(partsHeld: Int(number), head: number)),
                .welcome(.sample(version: Int(number), wallMilliseconds: number)),
                .welcome(.sample(schemaVersion: Int(number))),
                .schema(version: Int(number), document: []), .acknowledge(ChangesetNumber(number)),
                .holds(number: ChangesetNumber(number), parts: 1),
                .holds(number: ChangesetNumber(6), parts: Int(number)), .chunk(.sample(.network, 100, number)),
                .chunk(.sample(.store, number, number, rows: Int(clamping: number))),
                .checkpoint(.sample(number, included: number, schemaVersion: 1)), .head(id: id, position),
                .pong(Pong(id: id, pingWallMilliseconds: number, wallMilliseconds: number)),
            ]
        }
        return messages
    }

    @Test("a hub's session survives every message in every state")
    func hub() {
        let script: [HubSession.Event] = [
            .connected(.at(0)), .received(.hello(.sample(sealed: 9)), .at(1)), .opened(.sample(head: 110)),
            .received(.confirm(SessionTag(7)), .at(2)), .received(.push(.sample(6, 0, of: 2)), .at(3)),
            .chunkRead(.sample(.sample(.network, 100, 105))), .chunkRead(.sample(.sample(.region, 100, 110, rows: 0))),
            .held(number: ChangesetNumber(6), parts: 1), .chunkRead(.sample(.sample(.store, 100, 110, rows: 0))),
            .received(.askHead(id: 4), .at(4)), .chunkRead(.sample(.sample(.answers, 100, 110, rows: 0))),
            .checkpointRead(.checkpoint(.sample(110))), .received(.taken(bytes: 300), .at(5)),
            .received(.committed(cursor: .at(110), safe: .start), .at(5)),
            .headSealed(Position(112)), .schemaMoved(version: 2), .end(.shutdown),
        ]
        for steps in 0...script.count {
            for message in storeMessages {
                var session = HubSession()
                for event in script.prefix(steps) { _ = session.handle(event) }
                // Before the connection is there, nothing can come through it.
                guard steps > 0 else { continue }
                let ended = session.handle(.received(message, .at(6))).contains { effect in
                    if case .hangUp = effect { true } else { false }
                }
                if ended { #expect(session.handle(.received(message, .at(7))).isEmpty) }
                _ = session.handle(.tick(.at(60_000), head: Position(120)))
            }
        }
    }

    @Test("a store's session survives every message in every state")
    func store() {
        let script: [StoreSession.Event] = [
            .connected(.at(0)), .received(.welcome(.sample(head: 110)), .at(1)), .tagStored,
            .loaded([.sample(6), .sample(7, 0, of: 3)]), .received(.acknowledge(ChangesetNumber(6)), .at(2)),
            .received(.chunk(.sample(.network, 100, 105)), .at(3)), .askHead(id: 3), .staged(bytes: 300),
            .received(.checkpoint(.sample(105, included: 6)), .at(4)), .applied(cursor: .at(105), safe: .start),
            .tick(.at(5_000)), .end(.shutdown),
        ]
        for steps in 0...script.count {
            for message in hubMessages {
                var session = StoreSession(hello: .sample(sealed: 9))
                for event in script.prefix(steps) { _ = session.handle(event) }
                guard steps > 0 else { continue }
                let ended = session.handle(.received(message, .at(5_001))).contains { effect in
                    if case .hangUp = effect { true } else { false }
                }
                if ended { #expect(session.handle(.received(message, .at(5_002))).isEmpty) }
                _ = session.handle(.tick(.at(60_000)))
            }
        }
    }

    @Test("every reason for an end says what happened, and then what to do")
    func reasons() {
        let (number, bye) = (ChangesetNumber(3), Bye.superseded)
        let faults: [ProtocolFault] = [
            .outOfTurn(message: "push", state: "over"), .limits(.narrow), .contradiction("its hello lies"), .wrongTag,
            .windowExceeded(bytes: 1, windowBytes: 1), .frameTooLarge(bytes: 2, frameBytesMax: 1),
            .partOutOfOrder(expected: number, part: 0, got: number, gotPart: 1), .header(number),
            .acknowledgement(got: number, acknowledged: number, sent: number), .unknownPart(number, parts: 1),
            .chunkOutOfOrder(.store, expected: .start, from: .start, upTo: .start), .checkpoint("it is old"),
            .takenTooMuch(bytes: 2, sentBytes: 1), .wrongCommit(.start), .schemaVersion(got: 1, known: 2),
            .unasked("a pong"), .tooManyPings,
        ]
        let errors: [SessionError] =
            faults.map(SessionError.fault) + [
                .peerEnded(bye), .ended(bye), .refused(bye), .noCommonVersion(ours: 1...1, theirs: 2...3),
                .handshakeTimedOut(milliseconds: 1), .silent(milliseconds: 1), .outboxLacks(number: number, part: 0),
                .siteIsBehind(hub: number, sealed: number), .schemaIsBehind(hub: 1, store: 2),
                .doesNotFit(bytes: 2, frameBytesMax: 1),
            ]
        for error in errors { #expect("\(error)".contains("; "), "\(error)") }
    }

    @Test("a thousand idle sessions cost a hub less than a megabyte")
    func size() {
        #expect(MemoryLayout<HubSession>.stride <= 1_024)
    }
}
