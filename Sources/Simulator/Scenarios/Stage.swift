import ChangeLog
import Replica
import Retail

/// Where a scenario plays: the verbs of its script, in virtual time.
final class Stage {
    /// What `open` put in place is everywhere by then.
    static let curtainMilliseconds: Int64 = 300_000
    private static let againMilliseconds: Int64 = 5_000
    private static let patienceMilliseconds: Int64 = 30_000

    /// What a client was told.
    enum Answer {
        case done(JSONValue)
        case refused(RetailError)

        var value: JSONValue? { if case .done(let value) = self { value } else { nil } }
        var refusal: RetailError.Code? { if case .refused(let error) = self { error.code } else { nil } }
    }

    let neighbourhood: Neighbourhood
    let ledger: Ledger
    let plan: SimulationPlan
    var chance: Chance
    private var keys = 0
    /// What is asked for and has no answer yet.
    private var waiting: [Int: String] = [:]

    init(_ neighbourhood: Neighbourhood, _ ledger: Ledger, plan: SimulationPlan) {
        (self.neighbourhood, self.ledger, self.plan) = (neighbourhood, ledger, plan)
        chance = neighbourhood.world.chance("scenario")
    }

    var world: World { neighbourhood.world }
    var hub: HubMachine { neighbourhood.hub }

    func store(_ index: Int) -> StoreMachine { neighbourhood.stores[index] }

    /// Nothing strikes in this run: each step of the script is done, at its time.
    var isCalm: Bool { plan.faults.isEmpty }

    /// What somebody still waits for; nil when nobody does.
    var pending: String? { waiting.min { $0.key < $1.key }?.value }

    // MARK: Time and lines

    /// A moment of the run, in virtual minutes after its beginning.
    func at(minute: Double, _ body: @escaping () -> Void) {
        world.queue.plan(after: Int64(minute * 60_000) - world.now, body)
    }

    /// A moment between two minutes, by chance.
    func sometime(_ minutes: ClosedRange<Int64>, _ body: @escaping () -> Void) {
        let at = chance.between(minutes.lowerBound * 60_000...minutes.upperBound * 60_000)
        world.queue.plan(after: at - world.now, body)
    }

    /// A store's line is cut between two minutes.
    func cut(_ store: Int, from: Double, until: Double) {
        let line = world.network.lines[store]
        at(minute: from) { [world] in
            world.disturbances.began(store)
            line.sever(true)
            world.trace.note(self.store(store).name, .fault("the script: cut until minute \(Int(until))"))
        }
        at(minute: until) { [world] in
            line.sever(false)
            world.disturbances.ended(store, at: world.now)
        }
    }

    // MARK: Deeds

    /// Somebody asks for a command, again with the same key while there is no answer.
    ///
    /// - Parameter patience: refusals after which somebody asks again a while later: what is named has not come yet.
    func ask(
        _ machine: Machine,
        _ command: String,
        _ request: JSONValue,
        patience: Set<RetailError.Code> = [],
        then: @escaping (Answer) -> Void = { _ in }
    ) {
        keys += 1
        waiting[keys] = "\(command) at \(machine.name) has no answer"
        attempt(keys, machine, command, request, patience, then)
    }

    private func attempt(
        _ number: Int,
        _ machine: Machine,
        _ command: String,
        _ request: JSONValue,
        _ patience: Set<RetailError.Code>,
        _ then: @escaping (Answer) -> Void
    ) {
        let subject = "\(command) \(number)"
        func again(after pause: Int64) {
            world.queue.plan(after: pause) { [weak self] in
                self?.attempt(number, machine, command, request, patience, then)
            }
        }
        switch machine.clerk.ask(command, request, key: "ask-\(number)") {
        case .done(let value):
            ledger.note(subject, at: machine, .committed)
            waiting[number] = nil
            then(.done(value))
        case .refused(let error):
            ledger.note(subject, at: machine, .refused("\(error)"))
            if patience.contains(error.code) {
                again(after: Self.patienceMilliseconds)
            } else {
                waiting[number] = nil
                then(.refused(error))
            }
        case .unanswered:
            ledger.note(subject, at: machine, .unanswered)
            again(after: Self.againMilliseconds)
        }
        machine.committed()
    }

    /// A till writes plain SQL, again while there is no answer: so that what stands already is written no second time,
    /// its rows have keys of their own, or it may be repeated.
    ///
    /// - Parameter then: hears whether it was refused.
    func write(
        _ subject: String,
        at machine: Machine,
        then: @escaping (_ isRefused: Bool) -> Void = { _ in },
        _ body: @escaping (SQL) throws -> Void
    ) {
        keys += 1
        waiting[keys] = "\(subject) at \(machine.name) has no answer"
        put(keys, subject, machine, then, body)
    }

    private func put(
        _ number: Int,
        _ subject: String,
        _ machine: Machine,
        _ then: @escaping (Bool) -> Void,
        _ body: @escaping (SQL) throws -> Void
    ) {
        let fate = ledger.write(subject, at: machine, machine.till, body).fate
        machine.committed()
        guard fate != .unanswered else {
            world.queue.plan(after: Self.againMilliseconds) { [weak self] in
                self?.put(number, subject, machine, then, body)
            }
            return
        }
        waiting[number] = nil
        then(fate == .refused)
    }

    /// A product of the network, with its price from the beginning of time.
    func goods(_ sku: String, price: Int64) {
        ask(hub, "set-products", ["products": [["sku": .text(sku), "name": .text(sku)]]])
        let prices: JSONValue = [["sku": .text(sku), "amount": .integer(price)]]
        ask(hub, "set-prices", ["list": "first", "valid_from": 1, "prices": prices])
    }

    // MARK: Evidence

    /// What the script builds on, once the stage is set.
    ///
    /// - Parameter store: where; nil: at the hub.
    func premise(_ what: String, _ query: String, _ expected: [[String]], at store: Int? = nil) {
        do {
            try expect(what, query, expected, at: [store.map { self.store($0) } ?? hub])
        } catch let broken as Broken {
            world.broken(.scenario, at: .hub, broken)
        } catch {
            unreadable(error)
        }
    }

    func unreadable(_ error: any Error) {
        guard !world.tolerance.brokenDisks else { return }
        world.broken(
            .soundness,
            at: .hub,
            Broken(expected: "a replica that can be read", found: "\(error)", subject: "the stage")
        )
    }

    /// The rows of a query at a node, each value as text.
    func rows(_ query: String, at machine: Machine) throws -> [[String]] {
        try machine.observer.look { sql in
            let row = try sql.statement(query)
            defer { row.reset() }
            var rows: [[String]] = []
            while try row.step() { rows.append((0..<row.columnCount).map { row.string($0) }) }
            return rows
        }
    }

    /// - Throws: `Broken`, unless the query gives these rows at each of the nodes.
    func expect(_ what: String, _ query: String, _ expected: [[String]], at machines: [Machine]? = nil) throws {
        for machine in machines ?? neighbourhood.machines {
            let found = try rows(query, at: machine)
            guard found != expected else { continue }
            throw Broken(expected: "\(expected)", found: "\(found) at \(machine.name)", subject: what)
        }
    }

    func demand(_ isSo: Bool, _ what: String, found: @autoclosure () -> String) throws {
        if !isSo { throw Broken(expected: "it is so", found: found(), subject: what) }
    }
}
