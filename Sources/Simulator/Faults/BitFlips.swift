import ChangeLog
import Replica

/// A disk that does not give back what was written.
///
/// Law: nobody else is harmed. The store's own word counts no more from then on; once an operator has looked, its disk is
/// replaced, and what it had handed in before stands.
extension FaultField {
    private static let foundMilliseconds: ClosedRange<Int64> = 1_000...60_000

    func flipBit(_ store: StoreMachine) -> String? {
        guard workload.survivesLostDisks, !store.isGone, !store.isRetired, !store.isDamaged else { return nil }
        let files = store.disk.paths.filter { !$0.hasSuffix("-shm") }
        guard !files.isEmpty else { return nil }
        let path = chance.pick(files)
        let bits = (store.disk.bytes(of: path)?.count ?? 0) * 8
        guard bits > 0 else { return nil }
        let bit = Int64(chance.below(bits))
        guard store.disk.inject(.flippedBit(path: path, bit: bit)) else { return nil }
        let ledger = workload.ledger
        ledger.damage(store.box, store.safeWrites(world.hubAccount)..<ledger.entries.count)
        ledger.mayOverspend(store.index)
        fenced.remove(store.index)
        store.damage()
        let spell = chance.between(Self.foundMilliseconds)
        after(spell) { [weak self] in
            guard let self, store.isDamaged else { return }
            world.trace.note(store.name, .fault("bit-flip: \(checkup(of: store))"))
            replaceDisk(of: store)
        }
        return "bit \(bit) of \(path), looked for after \(spell) ms"
    }

    /// What an operator's look finds.
    private func checkup(of store: StoreMachine) -> String {
        let observer = store.disk.observer
        do {
            let checkup = try store.run(observer) {
                try ReplicaCheckup.run(directory: store.disk.root, files: observer)
            }
            return checkup.damage.first ?? checkup.alterations.first ?? "nothing is seen to be wrong"
        } catch { return "\(error)" }
    }
}
