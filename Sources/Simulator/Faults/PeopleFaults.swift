import ChangeLog
import Replica

/// Faults of people: what they write, and what they order.
extension FaultField {
    func strikePeople(_ fault: Fault, _ store: StoreMachine) -> String? {
        switch fault {
        case .hostile:
            let others = neighbourhood.stores.filter { $0 !== store }
            let victim = others.isEmpty ? "nowhere" : chance.pick(others).name.text
            return forge(workload.forgeries, victim: victim, at: store)
        case .vendor: return forge(workload.wrongRows, victim: store.name.text, at: store)
        case .freeze: return freeze(store)
        case .retire: return retire(store)
        case .reclaim: return reclaim(store)
        case .schema: return rollOut()
        default: return nil
        }
    }

    private func forge(_ forgeries: [Forgery], victim: String, at store: StoreMachine) -> String? {
        guard !forgeries.isEmpty, !store.isGone else { return nil }
        let forgery = chance.pick(forgeries)
        self.forgeries += 1
        let number = self.forgeries
        var isWritten = false
        let outcome = store.till.write { [plan] sql in
            isWritten = try forgery.write(number, victim: victim, plan: plan, sql)
        }
        guard isWritten, !outcome.isRefused else { return nil }
        workload.ledger.noteForgery(in: forgery.table, at: store, isCommitted: outcome.isCommitted && store.isSure)
        store.committed()
        return "a \(forgery.table) in the name of \(victim)"
    }

    private func freeze(_ store: StoreMachine) -> String? {
        guard !store.isRetired, let daemon = neighbourhood.hub.daemon, !daemon.isPaused, daemon.freeze(store.name)
        else {
            return nil
        }
        let spell = drawSpell() / 10
        frozen.insert(store.index)
        after(spell) { [weak self] in self?.thaw([store]) }
        return "for \(spell) ms"
    }

    /// The operator orders it until the hub does it.
    func thaw(_ stores: [StoreMachine]) {
        for store in stores where frozen.contains(store.index) {
            if let daemon = neighbourhood.hub.daemon, !daemon.isPaused, daemon.thaw(store.name) {
                frozen.remove(store.index)
            } else {
                world.queue.plan(after: 2_000) { [weak self] in self?.thaw([store]) }
            }
        }
    }
}
