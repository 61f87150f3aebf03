import ChangeLog
import SyncSession

/// A hub and two stores, joined by links that keep order until they are cut. Everything that may happen next is
/// drawn from the seed: which frame arrives, which answer is given, who writes, what breaks.
final class World {
    /// What happened, to see that the trouble is real.
    struct Tally {
        var cuts = 0
        var restarts = 0
        var restores = 0
        var replays = 0
        var resyncs = 0
        var resumedRounds = 0
        var restartedRounds = 0
        var resumedChangesets = 0
        var spools = 0
        var checkpoints = 0
    }

    /// One connection: two sessions, and the frames under way.
    final class Link {
        let end: HubEnd
        var up: [StoreMessage] = []
        var down: [HubMessage] = []
        /// Everything the store sent, to be replayed one day.
        var record: [StoreMessage] = []
        var isOver = false

        init(end: HubEnd) { self.end = end }
    }

    let hub: FakeHub
    let stores: [FakeStore]
    let verdict = Verdict()
    let plant: Plant?
    var links: [Link?]
    var luck: Luck
    var time: Int64 = 1_000
    let limits: Limits
    var backup: FakeHub.Disk?
    var records: [(store: Int, messages: [StoreMessage])] = []
    var asks: UInt64 = 0
    /// The hub writes whenever a checkpoint is about to be read.
    var isRacing = false
    private(set) var steps = 0
    var tally = Tally()

    init(seed: UInt64, plant: Plant? = nil) {
        luck = Luck(seed: seed)
        self.plant = plant
        limits = Limits(
            frameBytesMax: Limits.frameBytesLeast,
            pushWindowBytes: 600 + luck.below(2_000),
            feedWindowBytes: 600 + luck.below(2_000)
        )
        hub = FakeHub(stores: 2, verdict: verdict, plant: plant)
        let (limits, verdict) = (limits, verdict)
        stores = (0..<2).map { FakeStore(index: $0, limits: limits, verdict: verdict, plant: plant) }
        links = [nil, nil]
    }

    var now: Moment { Moment(monotonicMilliseconds: time, wallMilliseconds: time + 1_000_000) }

    // What may happen.

    enum Step {
        case connect(Int), up(Int), down(Int), perform(Int), load(Int), open(Int), told(Int), read(Int), write, tick
    }

    func possible() -> [Step] {
        var steps: [Step] = []
        for store in stores.indices {
            guard let link = links[store] else {
                steps.append(.connect(store))
                continue
            }
            if !link.up.isEmpty { steps.append(.up(store)) }
            if !link.down.isEmpty { steps.append(.down(store)) }
            if link.end.hello != nil { steps.append(.open(store)) }
            if !link.end.events.isEmpty { steps.append(.told(store)) }
            if link.end.read != nil { steps.append(.read(store)) }
            if !stores[store].queue.isEmpty { steps.append(.perform(store)) }
            if stores[store].hasLoad { steps.append(.load(store)) }
        }
        if !hub.queue.isEmpty { steps.append(.write) }
        return steps
    }

    func take(_ step: Step) {
        steps += 1
        switch step {
        case .connect(let store): connect(store)
        case .up(let store): up(store)
        case .down(let store): down(store)
        case .perform(let store): perform(store)
        case .load(let store): carry(stores[store].answerLoad(), from: store)
        case .open(let store): open(store)
        case .told(let store): told(store)
        case .read(let store): read(store)
        case .write: hub.write(1 + luck.below(4))
        case .tick: tick()
        }
    }

    private func connect(_ store: Int) {
        let end = HubEnd(store: store, limits: limits, rowsMax: 1 + luck.below(3))
        links[store] = Link(end: end)
        hub.accept(end)
        carry(end.handle(.connected(now), hub), to: store)
        if plant == .stagingBelieved { stores[store].disk.stagedEpoch = hub.epoch }
        carry(stores[store].connect(now), from: store)
    }

    private func up(_ store: Int) {
        guard let link = links[store] else { return }
        disturb(&link.up)
        guard !link.up.isEmpty else { return }
        let message = link.up.removeFirst()
        if plant == .acknowledgedBeforeMerged, case .push(let part) = message { acknowledgeEarly(part, link) }
        carry(link.end.handle(.received(message, now), hub), to: store)
    }

    private func acknowledgeEarly(_ part: PushPart, _ link: Link) {
        if part.header?.parts == 1 { link.down.append(.acknowledge(part.number)) }
    }

    private func down(_ store: Int) {
        guard let link = links[store] else { return }
        disturb(&link.down)
        guard !link.down.isEmpty else { return }
        carry(stores[store].handle(.received(link.down.removeFirst(), now)), from: store)
    }

    private func disturb<Message>(_ frames: inout [Message]) {
        guard let plant, luck.one(in: 12) else { return }
        switch plant {
        case .frameLost: frames.removeFirst()
        case .frameDoubled: frames.insert(frames[0], at: 0)
        case .frameReordered: if frames.count > 1 { frames.swapAt(0, 1) }
        default: break
        }
    }

    private func perform(_ store: Int) {
        carry(stores[store].performFirst { hub.state(at: $0, store: store) }, from: store)
    }

    private func open(_ store: Int) {
        guard let link = links[store], let hello = link.end.hello else { return }
        if !link.end.isRegistered {
            if plant != .notDrained { hub.drain(store: store) }
            link.end.isRegistered = true
            // The answer is read now, and may be told later.
            let answer = hub.open(hello, link.end, now: now)
            link.end.hello = nil
            link.end.events.append(answer)
        }
    }

    private func told(_ store: Int) {
        guard let link = links[store] else { return }
        carry(link.end.handle(link.end.events.removeFirst(), hub), to: store)
    }

    private func read(_ store: Int) {
        guard let link = links[store] else { return }
        if isRacing, case .readCheckpoint = link.end.read, !luck.one(in: 4) { changeHub() }
        carry(link.end.answerRead(hub), to: store)
    }

    private func tick() {
        time += 1_000
        for store in stores.indices {
            guard let link = links[store] else { continue }
            carry(stores[store].handle(.tick(now)), from: store)
            carry(link.end.handle(.tick(now, head: Position(hub.disk.head)), hub), to: store)
        }
    }

    // What the sessions ask for.

    func carry(_ effects: [StoreSession.Effect], from store: Int) {
        guard let link = links[store] else { return }
        for effect in effects {
            switch effect {
            case .send(let message):
                link.up.append(message)
                link.record.append(message)
            case .hangUp(let error): ended(error, store)
            default: verdict.require(false, "no effect for the link: \(effect)")
            }
        }
        check(link, stores[store])
    }

    private func carry(_ effects: [HubSession.Effect], to store: Int) {
        guard let link = links[store] else { return }
        for effect in effects {
            switch effect {
            case .send(let message):
                link.down.append(message)
                note(message, stores[store])
            case .hangUp(let error): ended(error, store)
            default: verdict.require(false, "no effect for the link: \(effect)")
            }
        }
        check(link, stores[store])
    }

    private func note(_ message: HubMessage, _ store: FakeStore) {
        switch message {
        case .checkpoint: tally.checkpoints += 1
        case .welcome(let welcome):
            if welcome.partsHeld > 0 { tally.resumedChangesets += 1 }
            switch welcome.way {
            case .resync: tally.resyncs += 1
            case .restart: tally.restartedRounds += 1
            case .resume: if !store.disk.staged.isEmpty { tally.resumedRounds += 1 }
            }
        default: break
        }
    }

    /// The windows, counted in the frames under way.
    private func check(_ link: Link, _ store: FakeStore) {
        let pushed = link.up.reduce(0) { if case .push(let part) = $1 { $0 + part.windowBytes } else { $0 } }
        let fed = link.down.reduce(0) { if case .chunk(let chunk) = $1 { $0 + chunk.windowBytes } else { $0 } }
        verdict.require(pushed < limits.pushWindowBytes + 2_000, "\(pushed) bytes pushed in one window")
        verdict.require(fed < limits.feedWindowBytes + 1_000, "\(fed) bytes fed in one window")
    }

    private func ended(_ error: SessionError, _ store: Int) {
        switch error {
        case .silent, .handshakeTimedOut: break
        default: verdict.require(false, "\(error)")
        }
        cut(store)
    }

    // What breaks.

    func cut(_ store: Int) {
        guard let link = links[store] else { return }
        tally.cuts += 1
        tally.spools += link.end.spools
        link.isOver = true
        links[store] = nil
        hub.drop(link.end)
        stores[store].crash()
        records.append((store, link.record))
    }

    func restartHub(fromBackup: Bool) {
        for store in stores.indices { cut(store) }
        hub.restart(from: fromBackup ? backup : nil)
        if fromBackup { tally.restores += 1 } else { tally.restarts += 1 }
        // A hub that forgot a connection cannot know it again.
        if fromBackup { records = [] }
    }
}
