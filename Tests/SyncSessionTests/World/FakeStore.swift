import ChangeLog
import SyncSession

/// A store without SQLite: a disk that survives everything, and the shell of one session at a time. Effects that must
/// be durable wait in a queue until the world performs them.
final class FakeStore {
    struct Changeset {
        var facts: [Fact]
        var header: ChangesetHeader
        var parts: [[UInt8]]
    }

    /// What survives a cut and a crash.
    struct Disk {
        var tag: SessionTag?
        var changesets: [Changeset] = []
        var acknowledged = ChangesetNumber.none
        var included = ChangesetNumber.none
        var cursor = Cursor.start
        var staged: [Chunk] = []
        var stagedEpoch = Epoch.none
        /// What came down, for a hub that loses it; the last few.
        var kept: [KeptChunk] = []
        var keptCount: Int64 = 0
        /// The hub's state at the cursor.
        var base: [Fact.Key: Int64] = [:]
        var schemaVersion = 1

        var sealed: ChangesetNumber { ChangesetNumber(Int64(changesets.count)) }
    }

    let index: Int
    let site: SiteID
    let limits: Limits
    let verdict: Verdict
    let plant: Plant?
    var disk = Disk()
    private(set) var session: StoreSession?
    /// Effects to be performed in order; lost with the process.
    private(set) var queue: [StoreSession.Effect] = []
    private(set) var load: StoreSession.Effect?
    private var epoch = Epoch.none
    private var unstaged = 0
    /// A tag confirmed before it was stored, when that is planted.
    private var told: SessionTag?
    /// Answers to `askHead`, by asker.
    var heads: [UInt64: Position] = [:]
    var hungUp: SessionError?
    var offset: Int64?

    init(index: Int, limits: Limits, verdict: Verdict, plant: Plant?) {
        self.plant = plant
        self.index = index
        self.limits = limits
        self.verdict = verdict
        site = SiteID(UInt64(0x1000 + index))
    }

    var isConnected: Bool { session != nil }
    var hasLoad: Bool { load != nil }

    // The application.

    /// One changeset; its facts are spread over so many parts.
    func sell(_ facts: [Fact], parts count: Int, padding: Int) {
        let number = disk.sealed.next
        let parts = (0..<count).map { part in
            let share = facts[facts.count * part / count..<facts.count * (part + 1) / count]
            return Letter([number.number, Int64(part)], Array(share)).bytes + Array(repeating: 0, count: padding)
        }
        let header = ChangesetHeader(
            site: site,
            number: number,
            previous: .none,
            base: disk.cursor,
            schemaVersion: disk.schemaVersion,
            stampMax: .zero,
            segments: facts.isEmpty ? 0 : count,
            operations: facts.count,
            bytes: parts.reduce(0) { $0 + $1.count },
            bodyHash: .none
        )
        disk.changesets.append(Changeset(facts: facts, header: header, parts: facts.isEmpty ? [[]] : parts))
    }

    // The session.

    func connect(_ moment: Moment) -> [StoreSession.Effect] {
        var staged: [StagedScope] = []
        for scope in FeedScope.allCases {
            if let last = disk.staged.last(where: { $0.scope == scope }) {
                staged.append(StagedScope(scope: scope, upTo: last.upTo))
            }
        }
        session = StoreSession(
            hello: Hello(
                versions: 1...1,
                program: "",
                store: .hub,
                site: site,
                tag: disk.tag,
                limits: limits,
                schemaVersion: disk.schemaVersion,
                cursor: disk.cursor,
                staged: staged,
                stagedEpoch: staged.isEmpty ? .none : disk.stagedEpoch,
                acknowledged: disk.acknowledged,
                sealed: disk.sealed,
                acknowledgedHash: .none,
                safe: .start,
                wallMilliseconds: 0,
                offers: true
            )
        )
        return handle(.connected(moment))
    }

    /// Hands in an event; what is to be sent comes back, the rest waits.
    func handle(_ event: StoreSession.Event) -> [StoreSession.Effect] {
        guard let effects = session?.handle(event) else { return [] }
        var now: [StoreSession.Effect] = []
        for effect in effects {
            switch effect {
            case .send, .hangUp: now.append(effect)
            case .load:
                verdict.require(load == nil, "a second load")
                load = effect
            case .head(let id, let position): heads[id] = position
            case .measured(let time): offset = time.offsetMilliseconds
            case .online(let welcome, _): epoch = welcome.epoch
            default: queue.append(effect)
            }
        }
        return now
    }

    /// The connection is gone, and the process with it: what was not performed never will be.
    func crash() {
        session = nil
        queue = []
        load = nil
        unstaged = 0
    }

    /// Answers the load under way.
    func answerLoad() -> [StoreSession.Effect] {
        guard case .load(let number, let part, let bytesMax) = load else { return [] }
        load = nil
        var parts: [PushPart] = []
        var bytes = 0
        var (next, first) = (number, part)
        while bytes < bytesMax, next <= disk.sealed {
            let changeset = disk.changesets[Int(next.number) - 1]
            guard first < changeset.parts.count else { return handle(.missing) }
            let piece = PushPart(
                number: next,
                part: first,
                header: changeset.header,
                bytes: changeset.parts[first]
            )
            parts.append(piece)
            bytes += piece.windowBytes
            first += 1
            if first == changeset.parts.count { (next, first) = (next.next, 0) }
        }
        return handle(.loaded(parts))
    }

    /// Performs the first effect of the queue; `hub` tells what the hub's state was at a position, for this store.
    func performFirst(hub: (Position) -> [Fact.Key: Int64]) -> [StoreSession.Effect] {
        let effect = queue.removeFirst()
        switch effect {
        case .compare: return handle(.compared(isOwn: true))
        case .storeTag(let tag):
            if plant == .confirmedBeforeStored, told != tag {
                told = tag
                queue.append(effect)
                return handle(.tagStored)
            }
            disk.tag = tag
            return told == tag ? [] : handle(.tagStored)
        case .acknowledged(let number): disk.acknowledged = number
        case .dropStaged: disk.staged = []
        case .beginResync:
            disk.staged = []
            disk.cursor = .start
        case .adoptSchema(let version, _, _): disk.schemaVersion = version
        case .loadKept(let id, _): return handle(.kept(disk.kept.first { $0.id > id }))
        case .stage(let chunk):
            verdict.require(Letter(chunk.bytes).numbers[0] == Int64(disk.schemaVersion), "a chunk of another schema")
            disk.staged.append(chunk)
            disk.stagedEpoch = epoch
            disk.keptCount += 1
            disk.kept = disk.kept.suffix(3)
            disk.kept.append(KeptChunk(id: disk.keptCount, epoch: epoch, bytes: chunk.bytes, seal: [1]))
            unstaged += chunk.windowBytes
            if case .stage = queue.first, unstaged < limits.feedWindowBytes / 2 { return [] }
            defer { unstaged = 0 }
            return handle(.staged(bytes: unstaged))
        case .apply(let checkpoint):
            apply(checkpoint)
            verdict.require(disk.base == hub(checkpoint.cursor.position), "a state that the hub never had")
            return handle(.applied(cursor: checkpoint.cursor, safe: .start))
        default: verdict.require(false, "no effect for the queue: \(effect)")
        }
        return []
    }

    private func apply(_ checkpoint: Checkpoint) {
        var round: [Fact.Key: Int64?] = [:]
        for chunk in disk.staged {
            for fact in Letter(chunk.bytes).facts(after: 1) { round[fact.key] = .some(fact.value) }
        }
        if checkpoint.isComplete {
            disk.base = [:]
        } else if disk.included < checkpoint.included {
            // Echoes of own writes may have been left out.
            for number in disk.included.number..<checkpoint.included.number {
                for fact in disk.changesets[Int(number)].facts where !round.keys.contains(fact.key) {
                    disk.base[fact.key] = fact.value
                }
            }
        }
        for (key, value) in round { disk.base[key] = value }
        disk.included = checkpoint.included
        disk.cursor = checkpoint.cursor
        disk.staged = []
    }
}
