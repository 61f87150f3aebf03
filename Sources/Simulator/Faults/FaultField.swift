import ChangeLog
import Replica

/// What strikes in a run: faults drawn from the seed, some at any time, some right after something happened, so that
/// they fall into its middle.
///
/// Law: after `heal` nothing strikes any more, and everything that struck is over.
final class FaultField {
    let neighbourhood: Neighbourhood
    let faults: [Fault]
    let workload: any Workload
    let plan: SchemaPlan
    var chance: Chance
    /// Between two faults of one store that strike at any time.
    private let meanMilliseconds: Int64
    /// So many of a thousand events draw a fault after them.
    private let aimedPerMille: Int
    /// Of mean pauses: how often images and backups are made.
    var meanPause: Int64 { meanMilliseconds }
    private(set) var isHealed = false
    /// Nothing strikes yet.
    private var isCalm = false
    /// Whom the fault that strikes just now disturbs.
    private var victim: Victim?
    var forgeries = 0
    /// Stores that an operator froze.
    var frozen: Set<Int> = []
    /// When the last version of the schema was rolled out.
    var rolledOutAt: Int64?
    /// Stores that have had their month already.
    var backlogs: Set<Int> = []

    /// Of each store, at some time.
    var images: [Int: StoreMachine.Image] = [:]
    var imaging: Chance
    /// Stores whose site the hub does not take for theirs any more: they join again when all they have is handed in.
    var fenced: Set<Int> = []
    /// The copies that run.
    var copies: [StoreMachine] = []

    private struct Victim {
        /// Nil: everybody.
        let store: Int?
    }

    init(
        _ neighbourhood: Neighbourhood,
        _ workload: any Workload,
        faults: [Fault],
        meanMilliseconds: Int64,
        aimedPerMille: Int
    ) {
        self.neighbourhood = neighbourhood
        self.workload = workload
        plan = SchemaPlan(workload.schema)
        self.faults = faults
        self.meanMilliseconds = meanMilliseconds
        self.aimedPerMille = aimedPerMille
        chance = neighbourhood.world.chance("faults")
        imaging = neighbourhood.world.chance("images")
        neighbourhood.world.tolerance.strangeBytes = [.garbage, .replay, .bitFlip].contains { faults.contains($0) }
        neighbourhood.world.tolerance.copies = [.restored, .cloned, .hubRestored, .replay, .bitFlip].contains {
            faults.contains($0)
        }
        neighbourhood.world.tolerance.retirement = faults.contains(.retire)
        neighbourhood.world.tolerance.brokenDisks = faults.contains(.fullDisk) || faults.contains(.diskError)
    }

    var world: World { neighbourhood.world }

    func begin() {
        plant()
        isCalm = workload.calmMilliseconds > 0
        guard isCalm else { return beginStriking() }
        after(workload.calmMilliseconds) { [weak self] in self?.beginStriking() }
    }

    private func beginStriking() {
        isCalm = false
        for line in world.network.lines { line.isRecorded = faults.contains(.replay) }
        guard !faults.isEmpty else { return }
        for store in neighbourhood.stores { next(store) }
        if faults.contains(.restored) { for store in neighbourhood.stores { takeImages(of: store) } }
        if faults.contains(.hubRestored) { takeBackups() }
    }

    /// Nothing that struck has still to be mended by somebody.
    var isOver: Bool {
        frozen.isEmpty && fenced.isEmpty && !neighbourhood.stores.contains { $0.isGone || $0.isDamaged }
    }

    /// The mistake that is put in on purpose, an hour after the beginning.
    private func plant() {
        guard let planted = world.planted else { return }
        if planted == .lyingSync { for store in neighbourhood.stores { store.disk.inject(.lyingSync) } }
        after(3_600_000 + chance.between(0...600_000)) { [neighbourhood] in
            _ = Tampering(planted: planted, neighbourhood: neighbourhood).strike()
        }
    }

    private func next(_ store: StoreMachine) {
        after(chance.pause(mean: meanMilliseconds)) { [weak self] in
            guard let self else { return }
            strike(chance.pick(faults), store)
            next(store)
        }
    }

    /// Something happened; a fault may come after it.
    func aim(after happening: Happening) {
        guard !isHealed, !isCalm, !faults.isEmpty else { return }
        switch happening.what {
        case .committed, .sealed, .merged, .connected, .acknowledged, .applied: break
        default: return
        }
        guard chance.perMille(aimedPerMille) else { return }
        let quick = faults.filter { $0.isQuick }
        guard !quick.isEmpty else { return }
        let fault = chance.pick(quick)
        let store = neighbourhood.stores.first { $0.name == happening.node } ?? chance.pick(neighbourhood.stores)
        after(chance.between(0...120)) { [weak self] in self?.strike(fault, store) }
    }

    /// Plans something that does not come once everything is healed. Planned by a fault, its victims are disturbed until
    /// then.
    func after(_ delayMilliseconds: Int64, _ body: @escaping () -> Void) {
        let victim = victim
        if let victim { world.disturbances.began(victim.store) }
        world.queue.plan(after: delayMilliseconds) { [weak self] in
            guard let self else { return }
            if !isHealed { body() }
            if let victim { world.disturbances.ended(victim.store, at: world.now) }
        }
    }

    /// Seconds mostly, hours sometimes.
    func drawSpell() -> Int64 {
        switch chance.below(10) {
        case 0..<5: chance.between(500...20_000)
        case 5..<9: chance.between(20_000...600_000)
        default: chance.between(600_000...14_400_000)
        }
    }

    func strike(_ fault: Fault, _ store: StoreMachine) {
        let victim = Victim(store: fault.isOfOneStore ? store.index : nil)
        world.disturbances.struck(victim.store, at: world.now)
        self.victim = victim
        defer { self.victim = nil }
        for line in world.network.lines { line.stir() }
        let what: String?
        switch fault.kind {
        case .network: what = strikeNetwork(fault, store)
        case .process: what = strikeProcess(fault, store)
        case .disk: what = strikeDisk(fault, store)
        case .replica: what = strikeReplica(fault, store)
        case .clock: what = strikeClock(fault, store)
        case .people: what = strikePeople(fault, store)
        case .load: what = strikeLoad(fault, store)
        }
        guard let what else { return }
        world.counts.injected(fault)
        world.trace.note(store.name, .fault("\(fault.rawValue): \(what)"))
    }

    /// Everything is over and works again.
    func heal() {
        isHealed = true
        thaw(neighbourhood.stores)
        for store in neighbourhood.stores {
            world.network.lines[store.index].clear()
            store.clock.correct()
            store.resume()
            store.disk.cancelEnd()
            store.disk.relieve()
            if store.isDamaged { replaceDisk(of: store) }
            if store.isGone { rejoin(store) }
            store.start()
        }
        for copy in copies { end(copy) }
        for line in world.network.lines { line.clear() }
        let hub = neighbourhood.hub
        powerHub()
        hub.resume()
        hub.disk.cancelEnd()
        hub.disk.relieve()
        hub.start()
        if faults.contains(.hubRestored) {
            orderAgain()
            rollOutAgain()
        }
        world.trace.note(.hub, .healed("everything"))
    }
}
