/// Faults of load: many at once, and much at once.
extension FaultField {
    /// A month's writes of a store, up to a bound that a run can bear.
    private static let backlogDays = 30
    private static let backlogWritesMax = 1_500
    private static let backlogMilliseconds: Int64 = 600_000

    func strikeLoad(_ fault: Fault, _ store: StoreMachine) -> String? {
        switch fault {
        case .herd:
            let spell = drawSpell() / 10
            for one in neighbourhood.stores {
                one.losePower(chance.pick(PowerLoss.allCases), seed: chance.next())
                after(spell) { one.start() }
            }
            return "\(neighbourhood.stores.count) stores after \(spell) ms"
        case .backlog: return backlog(store)
        default: return nil
        }
    }

    /// Once a run and store: what it costs grows with the square of how much there is.
    private func backlog(_ store: StoreMachine) -> String? {
        guard !store.isGone, backlogs.insert(store.index).inserted else { return nil }
        let line = world.network.lines[store.index]
        let writes = min(Self.backlogDays * workload.daily, Self.backlogWritesMax)
        guard writes > 0 else { return nil }
        (line.up.isCut, line.down.isCut) = (true, true)
        for number in 0..<writes {
            after(Self.backlogMilliseconds * Int64(number) / Int64(writes)) { [weak self] in
                self?.workload.writeOnce(at: store)
            }
        }
        after(Self.backlogMilliseconds) {
            (line.up.isCut, line.down.isCut) = (false, false)
            line.heal()
        }
        return "\(writes) writes in \(Self.backlogMilliseconds / 1000) s"
    }
}
