import ChangeLog
import SyncSession

// A run: trouble, then peace, then judgement.

extension World {
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
