import ChangeLog
import FuzzRun
import SyncSession
import Testing

/// Messages that a peer could send in any state, with numbers that are near the right ones or far from them, to a
/// session whose shell does its duties.
@Suite("Sessions and a fuzzer")
struct SessionFuzzTests {
    private static let messagesMax = 40
    private static let numbers: [Int64] = [.min, -1, 0, 1, 4, 5, 6, 7, 8, 9, 10, 99, 100, 101, 105, 110, .max]

    @Test("a hub's session bears whatever a store sends, whenever")
    func hub() {
        var run = FuzzRun("hub sessions", short: 20_000)
        var went = 0
        var fed = 0
        while fed < run.inputs {
            var session = HubSession()
            var events: [HubSession.Event] = [.connected(.at(0))]
            if !run.one(in: 10) { events.append(.received(.hello(.sample(sealed: 9)), .at(1))) }
            if !run.one(in: 10) { events.append(.received(.confirm(SessionTag(7)), .at(2))) }
            for at in 0..<Self.messagesMax {
                events.append(.received(Self.storeMessage(&run), .at(Int64(3 + at))))
                if run.one(in: 12) { events.append(.tick(.at(Int64(run.below(20_000))), head: Position(120))) }
                if run.one(in: 12) { events.append(.feedMoved(.all, head: Position(130))) }
            }
            var isOver = false
            var queue = events[...]
            while let event = queue.popFirst(), !isOver {
                if case .received = event { fed += 1 }
                if case .feedMoved = event, !session.isOpen { continue }
                for effect in session.handle(event) {
                    switch effect {
                    case .open: queue.insert(.opened(.sample(head: 110)), at: queue.startIndex)
                    case .submit(let part, true):
                        queue.insert(.committed(through: part.number), at: queue.startIndex)
                    case .submit(let part, false):
                        queue.insert(.held(number: part.number, parts: part.part + 1), at: queue.startIndex)
                    case .sealHead:
                        // The writer takes its time; the store may have said more meanwhile.
                        let later = queue.startIndex + min(run.below(4), queue.count)
                        queue.insert(.headSealed(Position(120)), at: later)
                    case .hangUp: isOver = true
                    default: went += 1
                    }
                }
            }
        }
        #expect(run.finish(read: went) < FuzzRun.memoryBytesMax, "seed \(run.seed)")
        #expect(went > 0)
    }

    @Test("a store's session bears whatever a hub sends, whenever")
    func store() {
        var run = FuzzRun("store sessions", short: 20_000)
        var went = 0
        var fed = 0
        while fed < run.inputs {
            var session = StoreSession(hello: .sample(sealed: 9))
            var queue: ArraySlice<StoreSession.Event> = [.connected(.at(0))]
            if !run.one(in: 10) { queue.append(.received(.welcome(.sample(head: 110)), .at(1))) }
            for at in 0..<Self.messagesMax {
                queue.append(.received(Self.hubMessage(&run), .at(Int64(3 + at))))
                if run.one(in: 12) { queue.append(.tick(.at(Int64(run.below(20_000))))) }
                if run.one(in: 20) { queue.append(.askHead(id: 3)) }
            }
            var isOver = false
            while let event = queue.popFirst(), !isOver {
                if case .received = event { fed += 1 }
                for effect in session.handle(event) {
                    switch effect {
                    case .compare: queue.insert(.compared(isOwn: run.one(in: 2)), at: queue.startIndex)
                    case .storeTag: queue.insert(.tagStored, at: queue.startIndex)
                    case .load(let number, 0, _):
                        queue.insert(.loaded([.sample(number.number)]), at: queue.startIndex)
                    case .load: queue.insert(.missing, at: queue.startIndex)
                    case .stage(let chunk): queue.insert(.staged(bytes: chunk.windowBytes), at: queue.startIndex)
                    case .apply(let checkpoint):
                        queue.insert(.applied(cursor: checkpoint.cursor, safe: .start), at: queue.startIndex)
                    case .hangUp: isOver = true
                    default: went += 1
                    }
                }
            }
        }
        #expect(run.finish(read: went) < FuzzRun.memoryBytesMax, "seed \(run.seed)")
        #expect(went > 0)
    }

    private static func storeMessage(_ run: inout FuzzRun) -> StoreMessage {
        let number = run.pick(numbers)
        let other = run.pick(numbers)
        switch run.below(13) {
        case 12:
            let pass = run.pick(Offer.Pass.allCases)
            return .offer(run.one(in: 2) ? .last(pass) : .sample(pass))
        case 0: return .hello(.sample(cursor: .at(number), acknowledged: other, sealed: run.pick(numbers)))
        case 1: return .confirm(SessionTag(UInt64(bitPattern: number)))
        case 2, 3, 4: return .push(.sample(6 + Int64(run.below(3)), run.below(3), of: 1 + run.below(3)))
        case 5: return .push(.sample(number, Int(truncatingIfNeeded: other), of: run.below(4), header: run.one(in: 2)))
        case 6: return .taken(bytes: Int(truncatingIfNeeded: number))
        case 7: return .committed(cursor: .at(number), safe: Position(other))
        case 8: return .askHead(id: UInt64(bitPattern: number))
        case 9, 10:
            return .ping(
                Ping(
                    id: UInt64(bitPattern: number),
                    wallMilliseconds: other,
                    sealed: ChangesetNumber(run.pick(numbers))
                )
            )
        default: return run.one(in: 9) ? .bye(.shutdown) : .askHead(id: 1)
        }
    }

    private static func hubMessage(_ run: inout FuzzRun) -> HubMessage {
        let number = run.pick(numbers)
        let other = run.pick(numbers)
        let scope = run.pick(FeedScope.allCases)
        switch run.below(15) {
        case 14: return .adopted(rows: Int(truncatingIfNeeded: number))
        case 0: return .welcome(.sample(acknowledged: number, partsHeld: Int(truncatingIfNeeded: other), head: number))
        case 1: return .schema(version: Int(truncatingIfNeeded: number), document: [])
        case 2, 3: return .acknowledge(ChangesetNumber(run.one(in: 2) ? 5 + Int64(run.below(4)) : number))
        case 4: return .holds(number: ChangesetNumber(number), parts: Int(truncatingIfNeeded: other))
        case 5, 6, 7: return .chunk(.sample(scope, 100, 101 + Int64(run.below(20))))
        case 8: return .chunk(.sample(scope, number, other, rows: run.below(3)))
        case 9, 10:
            return .checkpoint(.sample(105 + Int64(run.below(20)), included: 5 + Int64(run.below(4))))
        case 11: return .checkpoint(.sample(number, included: other, isComplete: run.one(in: 2)))
        case 12:
            return run.one(in: 2) ? .head(id: UInt64(bitPattern: number), Position(other)) : .backedUp(.init(number))
        default:
            return run.one(in: 9)
                ? .bye(.shutdown)
                : .pong(Pong(id: UInt64(bitPattern: number), pingWallMilliseconds: other, wallMilliseconds: number))
        }
    }
}

extension HubSession {
    /// It was opened, so that the shell tells it of the feed.
    fileprivate var isOpen: Bool { ["online", "waiting for the tag to be confirmed"].contains(description) }
}
