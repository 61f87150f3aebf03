/// Faults of disks and of the power.
extension FaultField {
    func strikeDisk(_ fault: Fault, _ store: StoreMachine) -> String? {
        let hub = neighbourhood.hub
        let loss = chance.pick(PowerLoss.allCases)
        let spell = drawSpell() / 10
        switch fault {
        case .powerLoss:
            store.losePower(loss, seed: chance.next())
            after(spell) { store.start() }
            return "\(loss.rawValue), for \(spell) ms"
        case .powerLossHub:
            hub.losePower(loss, seed: chance.next())
            world.network.isHubThere = { false }
            after(spell) { [weak self] in
                self?.powerHub()
                hub.start()
            }
            return "\(loss.rawValue), at the hub for \(spell) ms"
        case .fullDisk:
            let disk = chance.perMille(300) ? hub.disk : store.disk
            let bytes = chance.between(0...200_000)
            disk.inject(.full(afterBytes: bytes))
            after(spell) { disk.relieve() }
            return "\(disk.root) after \(bytes) bytes, for \(spell) ms"
        case .diskError:
            let disk = chance.perMille(300) ? hub.disk : store.disk
            let (count, times) = (chance.below(40), 1 + chance.below(5))
            let kind = chance.below(3)
            let faults: [DiskFault] = [
                .readError(after: count, times: times), .writeError(after: count, times: times),
                .syncError(after: count, times: times),
            ]
            disk.inject(faults[kind])
            return "\(disk.root): \(faults[kind].kind.rawValue) after \(count) operations, \(times) times"
        case .bitFlip: return flipBit(store)
        default: return nil
        }
    }

    /// The hub's machine answers again.
    func powerHub() {
        let hub = neighbourhood.hub
        world.network.isHubThere = { [weak hub] in !(hub?.daemon?.isPaused ?? false) }
    }
}
