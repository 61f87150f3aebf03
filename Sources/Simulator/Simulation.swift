import ChangeLog
import NetworkSchema
import Replica

/// One run: the whole network in one thread with virtual time, on the sessions, errands and replicas of the daemons.
///
///     safety: clients write, faults strike, checkers look
///        ─heal→ liveness: within a bounded time every outbox is empty and every store caught up
///        ─rest→ the account: every checker judges the whole
///
/// Law: one plan gives one trace hash, in every process. One run at a time in a process: SQLite's randomness is one.
public final class Simulation {
    /// How long the network may take to come to rest after it was healed: redial pauses of a minute, and what piled up.
    private static let livenessMilliseconds: Int64 = 600_000

    public let plan: SimulationPlan
    private let world: World
    private let neighbourhood: Neighbourhood
    private let workload: any Workload
    private let checkers: [any Checker]
    private let frozenRights: FrozenRightsChecker
    private let field: FaultField
    private var lookedAt: [Int64]
    private var isChecking = true
    private var looks: Chance

    public init(_ plan: SimulationPlan) throws {
        precondition(plan.stores >= 1 && plan.days > 0, "a run has stores and time")
        self.plan = plan
        SimulatedDisk.seedRandomness(plan.seed)
        let world = World(seed: plan.seed, stores: plan.stores, planted: plan.planted, opensAnew: plan.opensAnew)
        let hub = HubMachine(world)
        let stores = (0..<plan.stores).map { index in
            StoreMachine(
                world,
                index: index,
                name: NodeName(RetailWorkload.storeName(index)) ?? .hub,
                region: index % 2 == 0 ? "east" : "west"
            )
        }
        self.world = world
        neighbourhood = Neighbourhood(world, hub: hub, stores: stores)
        workload = try Self.workload(of: plan)
        frozenRights = FrozenRightsChecker(workload.schema)
        world.tradeRoundMilliseconds = workload.tradeRoundMilliseconds
        let first = (workload as? ScenarioWorkload).map { [$0.scenarioChecker] } ?? []
        checkers =
            first + [
                ShortfallChecker(), RightsChecker(workload.schema), ConvergenceChecker(), ForgeryChecker(workload),
                DelayChecker(neighbourhood),
            ] + workload.checkers
        field = FaultField(
            neighbourhood,
            workload,
            faults: plan.faults,
            meanMilliseconds: plan.faultMeanMilliseconds,
            aimedPerMille: plan.aimedPerMille
        )
        looks = world.chance("looks")
        lookedAt = [Int64](repeating: .min / 2, count: plan.stores + 1)
    }

    private static func workload(of plan: SimulationPlan) throws -> any Workload {
        let (seed, stores, daily) = (plan.seed, plan.stores, plan.daily)
        if let scenario = plan.scenario { return try ScenarioWorkload(scenario, plan: plan) }
        switch (plan.source, plan.trade) {
        case (.mix(let mix, _), _): return try RetailWorkload(seed: seed, stores: stores, mix: mix)
        case (.sales(let replay, _), _): return try SalesWorkload(replay, days: plan.days)
        case (.schema(let document, _), _):
            let schema = try NetworkSchema(yaml: document)
            return SchemaWorkload(schema, seed: seed, stores: stores, daily: daily)
        case (nil, .retail): return try RetailWorkload(seed: seed, stores: stores, mix: RetailMix(sales: daily))
        case (nil, .rules): return try RulesWorkload(seed: seed, stores: stores, daily: daily)
        case (nil, .promises): return try PromiseWorkload(seed: seed, stores: stores, daily: daily)
        }
    }

    /// Runs it all.
    ///
    /// - Parameters:
    ///   - listener: hears everything that happens, for a trace.
    ///   - progress: hears how much of the time has passed, in thousandths.
    ///   - kept: takes every file of every machine as it stands at the end: when a promise broke, or at rest.
    public func run(
        listener: ((TraceLine) -> Void)? = nil,
        progress: (Int) -> Void = { _ in },
        kept: ((KeptFile) throws -> Void)? = nil
    ) throws -> SimulationReport {
        world.trace.listener = { [weak self] happening in
            guard let self else { return }
            if let listener { listener(line(of: happening)) }
            field.aim(after: happening)
        }
        try begin()
        let length = Int64(plan.days * 86_400_000)
        go(until: length, progress: { progress(Int($0 * 1000 / length)) })
        workload.end()
        if world.violation == nil { restore(from: length) }
        if world.violation == nil { account() }
        isChecking = false
        // What was planned holds the machines, and they the queue.
        let report = report()
        if let kept { try neighbourhood.keep(kept) }
        world.queue.clear()
        neighbourhood.hub.dismiss()
        for store in neighbourhood.stores + neighbourhood.copies { store.dismiss() }
        return report
    }

    // MARK: The phases

    private func begin() throws {
        let (hub, network) = (neighbourhood.hub, world.network)
        network.accept = { [weak hub, weak self] index, connection in
            guard let self, let daemon = hub?.daemon, !daemon.isPaused else { return nil }
            return daemon.accept(neighbourhood.stores[index % plan.stores].name, connection)
        }
        field.powerHub()
        try hub.found(workload.schema)
        for store in neighbourhood.stores {
            _ = try hub.enrol(store)
            store.writesDone = { [weak self] in self?.workload.ledger.entries.count ?? 0 }
        }
        hub.merged = { [weak self] in self?.look(at: nil) }
        for store in neighbourhood.stores {
            store.changed = { [weak self, weak store] in self?.look(at: store) }
            store.froze = { [weak self, weak store] in store.map { self?.lookForFrozenRights(at: $0) } }
            store.startLater(Int64(store.index) * 137)
        }
        workload.begin(in: neighbourhood)
        field.begin()
    }

    private func go(until end: Int64, progress: (Int64) -> Void = { _ in }) {
        var told: Int64 = 0
        while world.violation == nil, world.queue.step(until: end) {
            guard world.now - told > end / 200 else { continue }
            told = world.now
            progress(told)
        }
    }

    /// Faults end; the network must come to rest.
    private func restore(from start: Int64) {
        field.heal()
        let end = start + Self.livenessMilliseconds
        var next = start
        while world.violation == nil, next < end {
            next += 5_000
            go(until: next)
            world.counts.checked(.liveness)
            if field.isOver, restlessness() == nil { return }
        }
        if world.violation == nil, let why = restlessness() {
            world.broken(
                .liveness,
                at: why.store,
                Broken(
                    expected: "rest within \(Self.livenessMilliseconds / 1000) s after healing",
                    found: why.what,
                    subject: "store \(why.store)"
                )
            )
        }
    }

    /// Why the network is not at rest; nil when it is.
    private func restlessness() -> (store: NodeName, what: String)? {
        guard let hub = neighbourhood.hub.daemon, let hubReplica = hub.replica else { return (.hub, "the hub is down") }
        do {
            guard try !neighbourhood.hub.run(hub.process, { try hubReplica.hasUnsealed() }) else {
                return (.hub, "what was written at it is not sealed")
            }
            for store in neighbourhood.members {
                guard let daemon = store.daemon, let replica = daemon.replica, daemon.isOnline else {
                    return (store.name, "it is not connected")
                }
                // It may not have noticed yet that the hub that it was connected to is gone.
                guard hub.isOnline(store.name) else {
                    return (store.name, "it has no session with this run of the hub")
                }
                let figures = try store.run(daemon.process) { try replica.figures() }
                if figures.outbox > 0 { return (store.name, "\(figures.outbox) changesets in its outbox") }
                if figures.cursor.position < hub.head {
                    return (store.name, "its cursor is \(figures.cursor.position.number), the head \(hub.head.number)")
                }
                if figures.included < figures.sealed {
                    return (store.name, "its state includes \(figures.included) of \(figures.sealed) changesets")
                }
                let shares = try store.run(daemon.process) { try replica.sharesDue() }
                if shares > 0 { return (store.name, "the hub waits for \(shares) shares of its rights") }
            }
            return try workload.unrest(in: neighbourhood).map { (.hub, $0) }
        } catch {
            return (.hub, "\(error)")
        }
    }

    private func account() {
        for checker in checkers {
            guard world.violation == nil else { return }
            judge(checker, at: .hub) { try checker.checkAtRest(neighbourhood) }
        }
    }

    // MARK: Looking while faults go on

    /// The checkers look at a node that changed; not at each change, when there are many.
    private func look(at store: StoreMachine?) {
        let place = store.map { $0.index + 1 } ?? 0
        guard isChecking, world.violation == nil, world.now - lookedAt[place] >= plan.checkMilliseconds else { return }
        // Not always at what comes first after the pause: a seal is followed by a checkpoint.
        guard looks.perMille(500) else { return }
        lookedAt[place] = world.now
        if let store, store.isGone || store.isDamaged { return }
        let node = store?.name ?? .hub
        let observer = store?.observer ?? neighbourhood.hub.observer
        do {
            try observer.look { sql in
                let snapshot = Snapshot(
                    node: node,
                    store: store?.index,
                    sql: sql,
                    bornWrites: store?.bornWrites ?? 0,
                    lifetime: (store ?? neighbourhood.hub).lifetime
                )
                for checker in checkers where world.violation == nil {
                    judge(checker, at: node) { try checker.check(snapshot) }
                }
            }
        } catch {
            unreadable(node, "\(error)", "a look at \(node)")
        }
    }

    /// Right when a session froze them, and before any till wrote again.
    private func lookForFrozenRights(at store: StoreMachine) {
        guard isChecking, world.violation == nil, !store.isDamaged else { return }
        do {
            try store.observer.look { sql in
                let snapshot = Snapshot(node: store.name, store: store.index, sql: sql)
                judge(frozenRights, at: store.name) { try frozenRights.check(snapshot) }
            }
        } catch { unreadable(store.name, "\(error)", "a look at \(store.name)") }
    }

    private func judge(_ checker: any Checker, at node: NodeName, _ body: () throws -> Void) {
        world.counts.checked(checker.invariant)
        do { try body() } catch let broken as Broken {
            world.broken(checker.invariant, at: node, broken)
        } catch {
            unreadable(node, "\(error)", "checker \(checker.invariant)")
        }
    }

    private func unreadable(_ node: NodeName, _ why: String, _ subject: String) {
        guard !world.tolerance.brokenDisks else { return }
        world.broken(
            .soundness,
            at: node,
            Broken(expected: "a replica that can be read", found: why, subject: subject)
        )
    }

    // MARK: The end

    private func line(of happening: Happening) -> TraceLine {
        TraceLine(
            at: happening.at,
            node: happening.machine,
            event: happening.name,
            detail: happening.detail(workload.ledger.words)
        )
    }

    private func report() -> SimulationReport {
        SimulationReport(
            plan: plan,
            virtualMilliseconds: world.now,
            events: world.queue.happened,
            counts: world.counts,
            traceHash: world.trace.hash,
            violation: world.violation.map { story(of: $0.invariant, $0.node, $0.2) }
        )
    }

    private func story(of invariant: Invariant, _ node: NodeName, _ broken: Broken) -> Violation {
        let recent = world.trace.recent
        let writer = broken.write.map { workload.ledger.entries[$0].node }
        let touching = recent.filter { happening in
            if let write = broken.write, happening.write == write { return true }
            guard happening.node == node || happening.node == writer || happening.node == .hub else { return false }
            return happening.write == nil || workload.ledger.words(happening.write ?? 0) == broken.subject
        }
        let began = broken.write.map { workload.ledger.entries[$0].at } ?? .min
        let from = touching.firstIndex { $0.at >= began } ?? touching.startIndex
        let part = broken.write == nil ? Array(touching.suffix(40)) : Array(touching[from...].prefix(40))
        return Violation(
            invariant: invariant.rawValue,
            expected: broken.expected,
            found: broken.found,
            subject: broken.subject,
            node: node.text,
            at: world.now,
            story: part.map { line(of: $0).text }
        )
    }
}
