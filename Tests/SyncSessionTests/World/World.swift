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
    private let limits: Limits
    private var backup: FakeHub.Disk?
    private var records: [(store: Int, messages: [StoreMessage])] = []
    private var asks: UInt64 = 0
    /// The hub writes whenever a checkpoint is about to be read.
    private var isRacing = false
    private(set) var steps = 0
    private(set) var tally = Tally()

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

    private enum Step {
        case connect(Int), up(Int), down(Int), perform(Int), load(Int), open(Int), told(Int), read(Int), write, tick
    }

    private func possible() -> [Step] {
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

    private func take(_ step: Step) {
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

    private func carry(_ effects: [StoreSession.Effect], from store: Int) {
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

    /// Someone plays an old connection to the hub again, frame by frame.
    private func replay() {
        guard !records.isEmpty else { return }
        let record = records[luck.below(records.count)]
        // Only what went further than the handshake proves that the site has another tag since.
        let tags = record.messages.compactMap { if case .confirm(let tag) = $0 { tag } else { nil } }
        guard let tag = tags.first, hub.hasConfirmed(tag, store: record.store) else { return }
        // A hub that was restored lets in whoever has a tag that it does not know.
        guard case .hello(let hello) = record.messages[0], hello.tag.map(hub.gave) ?? true else { return }
        let end = HubEnd(store: record.store, limits: limits, rowsMax: 1)
        var isOver = false
        for event in [.connected(now)] + record.messages.map({ HubSession.Event.received($0, now) }) {
            for effect in end.handle(event, hub) { if case .hangUp = effect { isOver = true } }
            if let hello = end.hello {
                end.hello = nil
                let answer = hub.open(hello, end, now: now)
                if case .opened = answer { verdict.require(false, "an old connection was opened again") }
                for effect in end.handle(answer, hub) { if case .hangUp = effect { isOver = true } }
            }
        }
        verdict.require(isOver, "an old connection was let in")
        tally.replays += 1
    }

    // A run.

    /// Trouble of every kind for so many steps.
    func trouble(_ count: Int) {
        // Some worlds are busy, some are stormy, in some the hub is restored again and again.
        let busy = luck.below(3)
        let cuts = luck.one(in: 2) ? 3 : 30
        let restores = luck.one(in: 3) ? 5 : 40
        isRacing = luck.one(in: 4)
        for _ in 0..<count {
            switch luck.below(60) {
            case 0..<2: sell()
            case 2..<(3 + busy): changeHub()
            case 10: ask()
            case 11: take(.tick)
            case 12: if luck.one(in: cuts) { cut(luck.below(2)) }
            case 13: if luck.one(in: 12) { restartHub(fromBackup: false) }
            case 14: if luck.one(in: restores) { restartHub(fromBackup: true) }
            case 15: if luck.one(in: 6) { backup = hub.disk }
            case 16: if luck.one(in: 10) { hub.changeSchema() }
            case 17: if luck.one(in: 10) { replay() }
            default:
                let steps = possible()
                take(steps.isEmpty ? .tick : steps[luck.below(steps.count)])
            }
        }
    }

    func sell() {
        let store = luck.below(2)
        let facts = (0..<luck.below(4)).map { _ in fact(in: Place.store(store)) }
        stores[store].sell(facts, parts: 1 + luck.below(3), padding: luck.below(600))
        carry(stores[store].handle(.sealed(upTo: stores[store].disk.sealed)), from: store)
    }

    func changeHub() {
        let places = [Place.network, Place.region, Place.store(0), Place.store(1), Place.answers(0), Place.answers(1)]
        hub.change((0..<1 + luck.below(3)).map { _ in fact(in: places[luck.below(places.count)]) })
    }

    private func fact(in place: Int) -> Fact {
        Fact(
            value: luck.one(in: 5) ? nil : Int64(luck.below(1_000)),
            key: Fact.Key(place: place, name: luck.below(12))
        )
    }

    private func ask() {
        asks += 1
        let store = luck.below(2)
        carry(stores[store].handle(.askHead(id: asks)), from: store)
    }

    /// The trouble ends; everything must come to rest.
    func heal() {
        isRacing = false
        let bound = steps + 20_000
        settle(bound)
        // Whatever concerns a store came by itself, without a tick.
        for store in stores {
            let head = Position(hub.disk.head)
            verdict.require(store.disk.base == hub.state(at: head, store: store.index), "a move came to nobody")
        }
        // What concerns no scope of a store comes to its cursor only after a while.
        for _ in 0...Limits.cursorLagMilliseconds / 1_000 {
            take(.tick)
            settle(bound)
        }
        for store in stores.indices {
            carry(stores[store].handle(.askHead(id: 1_000_000 + UInt64(store))), from: store)
        }
        settle(bound)
        verdict.require(steps < bound, "no rest after \(steps) steps")
    }

    /// So many steps without trouble.
    func settle(steps count: Int) { settle(steps + count) }

    /// Until nothing is left to do but wait.
    private func settle(_ bound: Int) {
        while steps < bound, verdict.faults.isEmpty {
            let steps = possible()
            if steps.isEmpty { return }
            take(steps[luck.below(steps.count)])
        }
    }

    /// Everything arrived, once and in order, and every store stands at the head.
    func judge() {
        for store in stores {
            let site = hub.disk.sites[store.index]
            let sealed = store.disk.sealed
            verdict.require(site.merged == (0..<sealed.number).map { $0 + 1 }, "merged \(site.merged) of \(sealed)")
            verdict.require(store.disk.acknowledged == sealed, "acknowledged \(store.disk.acknowledged) of \(sealed)")
            verdict.require(store.disk.included == sealed, "included \(store.disk.included) of \(sealed)")
            let head = Position(hub.disk.head)
            verdict.require(store.disk.cursor.position >= head, "at \(store.disk.cursor.position.number)")
            verdict.require(store.disk.base == hub.state(at: head, store: store.index), "another state than the hub's")
            verdict.require(store.disk.schemaVersion == hub.disk.schemaVersion, "an old schema")
            if store.isConnected {
                verdict.require(store.heads[1_000_000 + UInt64(store.index)] == head, "no answer for the head")
            }
        }
    }

    /// Trouble, then peace, then judgement.
    static func run(seed: UInt64, steps: Int = 500, plant: Plant? = nil) -> World {
        let world = World(seed: seed, plant: plant)
        world.trouble(steps)
        world.heal()
        world.judge()
        return world
    }
}
