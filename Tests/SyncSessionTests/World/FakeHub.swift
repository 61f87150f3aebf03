import ChangeLog
import SyncSession

/// A hub without SQLite: a disk that survives everything, one writer whose queue does not, and the shells of its
/// sessions.
final class FakeHub {
    struct Row {
        var position: Int64
        var value: Int64?
        /// The store that wrote it last, or -1; and the latest position at which anyone else did.
        var by: Int
        var foreign: Int64
    }

    struct Site {
        var through = ChangesetNumber.none
        /// Synced parts of the next number.
        var held: [[UInt8]] = []
        var header: ChangesetHeader?
        var confirmed: SessionTag?
        var offered: SessionTag?
        var merged: [Int64] = []
    }

    /// What survives a restart, and what a backup holds.
    struct Disk {
        var epochs: [(epoch: Epoch, first: Int64, firstTag: UInt64)] = []
        /// Tags given so far; a tag names the epoch and its own number.
        var tags: UInt64 = 0
        var head: Int64 = 0
        var rows: [[Int: Row]]
        var sites: [Site]
        var schemaVersion = 1
        /// Every write: what the state was at any position.
        var history: [(position: Int64, fact: Fact)] = []
    }

    /// Something that the writer is to do for a connection.
    struct Task {
        var connection: HubEnd
        var effect: HubSession.Effect
    }

    var disk: Disk
    let verdict: Verdict
    let plant: Plant?
    private(set) var queue: [Task] = []
    private(set) var ends: [HubEnd] = []
    private var epochs: UInt64 = 0

    init(stores: Int, verdict: Verdict, plant: Plant?) {
        disk = Disk(
            rows: Array(repeating: [:], count: 2 + 2 * stores),
            sites: Array(repeating: Site(), count: stores)
        )
        self.verdict = verdict
        self.plant = plant
        openEpoch()
    }

    var epoch: Epoch { disk.epochs[disk.epochs.count - 1].epoch }

    // Its life.

    private func openEpoch() {
        epochs += 1
        disk.epochs.append((Epoch(epochs), disk.head, disk.tags))
    }

    /// The process ends and starts again; connections and the writer's queue are gone.
    func restart(from backup: Disk? = nil) {
        for end in ends { end.session = nil }
        ends = []
        queue = []
        if let backup {
            let schemaVersion = disk.schemaVersion
            disk = backup
            disk.schemaVersion = schemaVersion
        }
        openEpoch()
    }

    func accept(_ end: HubEnd) { ends.append(end) }

    func drop(_ end: HubEnd) {
        end.session = nil
        end.spool = []
        ends.removeAll { $0 === end }
    }

    // Its state.

    private func write(_ fact: Fact, by store: Int) {
        disk.head += 1
        let old = disk.rows[fact.key.place][fact.key.name]
        let isForeign = store < 0 || old.map { $0.by != store } ?? false
        let foreign = isForeign ? disk.head : old?.foreign ?? 0
        disk.rows[fact.key.place][fact.key.name] = Row(
            position: disk.head,
            value: fact.value,
            by: store,
            foreign: foreign
        )
        disk.history.append((disk.head, fact))
    }

    /// Writes of the hub itself, committed together.
    func change(_ facts: [Fact]) {
        for fact in facts { write(fact, by: -1) }
        tell(Set(facts.map(\.key.place)))
    }

    func changeSchema() {
        disk.schemaVersion += 1
        for end in ends where end.isRegistered { end.events.append(.schemaMoved(version: disk.schemaVersion)) }
    }

    private func tell(_ places: Set<Int>) {
        for end in ends where end.isRegistered {
            var scopes: FeedScopes = []
            for place in places {
                if let scope = Place.scope(of: place, store: end.store) { scopes.insert(FeedScopes(scope)) }
            }
            if !scopes.isEmpty { end.events.append(.feedMoved(scopes, head: Position(disk.head))) }
        }
    }

    /// What a store's state should be at a position.
    func state(at position: Position, store: Int) -> [Fact.Key: Int64] {
        var state: [Fact.Key: Int64] = [:]
        for entry in disk.history where entry.position <= position.number {
            if Place.scope(of: entry.fact.key.place, store: store) != nil {
                state[entry.fact.key] = entry.fact.value
            }
        }
        return state
    }

    func knows(_ epoch: Epoch, _ position: Position) -> Bool {
        guard let index = disk.epochs.firstIndex(where: { $0.epoch == epoch }) else { return false }
        let end = index + 1 < disk.epochs.count ? disk.epochs[index + 1].first : disk.head
        return position.number <= end
    }

    /// A tag of which the hub knows that it gave it. Any other tells that the hub was restored since, not the store.
    func gave(_ tag: SessionTag) -> Bool {
        guard let index = disk.epochs.firstIndex(where: { $0.epoch.raw == tag.raw >> 32 }) else { return false }
        let end = index + 1 < disk.epochs.count ? disk.epochs[index + 1].firstTag : disk.tags
        return tag.raw & 0xffff_ffff <= end
    }

    /// This tag of the site, or a later one, is confirmed.
    func hasConfirmed(_ tag: SessionTag, store: Int) -> Bool {
        guard let confirmed = disk.sites[store].confirmed else { return false }
        return confirmed.raw & 0xffff_ffff >= tag.raw & 0xffff_ffff
    }

    // The writer.

    func enqueue(_ effect: HubSession.Effect, for end: HubEnd) { queue.append(Task(connection: end, effect: effect)) }

    /// Performs so many tasks of the queue as one commit.
    func write(_ count: Int) {
        let batch = queue.prefix(count)
        queue.removeFirst(batch.count)
        for task in batch { write(task.effect, task.connection) }
    }

    /// Performs all that the site's connections have submitted.
    func drain(store: Int) {
        while queue.contains(where: { $0.connection.store == store }) { write(queue.count) }
    }

    private func write(_ effect: HubSession.Effect, _ end: HubEnd) {
        switch effect {
        case .confirm(let tag):
            verdict.require(disk.sites[end.store].offered == tag, "a tag confirmed that was not offered last")
            disk.sites[end.store].confirmed = tag
        case .submit(let part, let isLast): take(part, isLast: isLast, end)
        case .adopt: end.events.append(.adopted(rows: 0, schemaVersion: .max))
        case .sealHead: end.events.append(.headSealed(Position(disk.head)))
        case .noteCommitted(let cursor, _):
            verdict.require(knows(cursor.epoch, cursor.position), "a cursor committed that the hub never gave")
        default: verdict.require(false, "no effect for the writer: \(effect)")
        }
    }

    private func take(_ part: PushPart, isLast: Bool, _ end: HubEnd) {
        let site = disk.sites[end.store]
        verdict.require(part.number == site.through.next, "changeset \(part.number) after \(site.through)")
        verdict.require(part.part == site.held.count, "part \(part.part) where \(site.held.count) are held")
        if let header = part.header { disk.sites[end.store].header = header }
        disk.sites[end.store].held.append(part.bytes)
        guard isLast else {
            end.events.append(.held(number: part.number, parts: part.part + 1))
            return
        }
        merge(part.number, end)
        end.events.append(.committed(through: part.number))
    }

    private func merge(_ number: ChangesetNumber, _ end: HubEnd) {
        let site = disk.sites[end.store]
        verdict.require(site.header?.number == number, "a changeset without its header")
        verdict.require(site.header?.parts == site.held.count, "a changeset cut short")
        var facts: [Fact] = []
        for (index, bytes) in site.held.enumerated() where !bytes.isEmpty {
            let letter = Letter(bytes)
            verdict.require(letter.numbers[0] == number.number && letter.numbers[1] == Int64(index), "a mixed-up part")
            facts += letter.facts(after: 2)
        }
        for fact in facts { write(fact, by: end.store) }
        disk.sites[end.store].merged.append(number.number)
        disk.sites[end.store].through = number
        disk.sites[end.store].held = []
        disk.sites[end.store].header = nil
        tell(Set(facts.map(\.key.place)))
    }

    // The handshake.

    /// Answers `open`; the site's older session must have ended and been drained.
    func open(_ hello: Hello, _ end: HubEnd, now: Moment) -> HubSession.Event {
        let site = disk.sites[end.store]
        let isCurrent = hello.tag == site.confirmed || hello.tag != nil && hello.tag == site.offered
        guard isCurrent || hello.tag.map({ !gave($0) }) ?? false else {
            return .refused(Bye(.forked, "a tag from before"))
        }
        // Who comes with the offered tag has stored it.
        if hello.tag != nil { disk.sites[end.store].confirmed = hello.tag }
        disk.tags += 1
        let tag = SessionTag(epoch.raw << 32 | disk.tags)
        disk.sites[end.store].offered = tag
        let isCursorKnown = hello.cursor == .start || knows(hello.cursor.epoch, hello.cursor.position)
        return .opened(
            Welcome(
                version: 0,
                program: "",
                network: "",
                epoch: epoch,
                tag: tag,
                limits: .standard,
                schemaVersion: disk.schemaVersion,
                acknowledged: site.through,
                partsHeld: site.held.count,
                way: isCursorKnown ? .resume : .resync,
                region: "",
                head: Position(disk.head),
                helloWallMilliseconds: 0,
                wallMilliseconds: now.wallMilliseconds,
                offersAfter: isCursorKnown ? nil : .start
            )
        )
    }
}
