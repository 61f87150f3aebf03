import ChangeLog
import Replica

/// Faults of whole replicas: lost, set back, copied.
///
/// Law: what a box was told is held against the network as long as the hub or the box's own change log has it, and no
/// longer.
extension FaultField {
    private static let copyMilliseconds: ClosedRange<Int64> = 60_000...1_800_000
    private static let copyWrites: ClosedRange<Int64> = 5...40
    private static let orderMilliseconds: ClosedRange<Int64> = 10_000...600_000

    func strikeReplica(_ fault: Fault, _ store: StoreMachine) -> String? {
        guard workload.survivesLostDisks, !store.isGone, !store.isRetired, !store.isDamaged else { return nil }
        switch fault {
        case .diskLost: return lose(store)
        case .restored: return setBack(store)
        case .cloned: return copy(store)
        case .hubRestored: return restoreHub()
        default: return nil
        }
    }

    private var ledger: Ledger { workload.ledger }

    // MARK: A store's disk

    private func lose(_ store: StoreMachine) -> String {
        let spell = drawSpell() / 10
        loseDisk(of: store)
        after(spell) { [weak self] in self?.rejoin(store) }
        return "joins again after \(spell) ms"
    }

    /// Files in which something stands that nobody wrote are not used again.
    func replaceDisk(of store: StoreMachine) {
        loseDisk(of: store)
        rejoin(store)
    }

    private func loseDisk(of store: StoreMachine) {
        fenced.remove(store.index)
        ledger.forget(store.box, store.safeWrites(world.hubAccount)..<ledger.entries.count)
        store.loseDisk()
    }

    /// The store's new disk; the operator tries until the hub is there.
    func rejoin(_ store: StoreMachine) {
        guard store.isGone else { return }
        do {
            guard try neighbourhood.hub.enrol(store) else {
                world.queue.plan(after: 2_000) { [weak self] in self?.rejoin(store) }
                return
            }
            store.rejoined()
        } catch {
            store.disk.lose()
            world.queue.plan(after: 2_000) { [weak self] in self?.rejoin(store) }
        }
    }

    /// The hub takes no more from the site than what it has: once that is handed in, the store joins again.
    func rejoinOnceEmpty(_ store: StoreMachine, site: SiteID) {
        fenced.insert(store.index)
        world.queue.plan(after: 5_000) { [weak self] in
            guard let self, fenced.contains(store.index) else { return }
            guard store.site == site, !store.isRetired else {
                fenced.remove(store.index)
                return
            }
            guard isEmpty(store) else { return rejoinOnceEmpty(store, site: site) }
            replaceDisk(of: store)
        }
    }

    private func isEmpty(_ store: StoreMachine) -> Bool {
        guard let daemon = store.daemon, let replica = daemon.replica, daemon.isOnline, !daemon.isPaused else {
            return false
        }
        do { return try store.run(daemon.process) { try replica.figures() }.outbox == 0 } catch { return false }
    }

    // MARK: Set back

    /// Images of a store are made now and then; an old one may stay.
    func takeImages(of store: StoreMachine) {
        after(imaging.pause(mean: meanPause)) { [weak self] in
            guard let self else { return }
            if !store.isGone, !store.isRetired, !store.isDamaged, images[store.index] == nil || imaging.perMille(500) {
                images[store.index] = store.image()
            }
            takeImages(of: store)
        }
    }

    private func setBack(_ store: StoreMachine) -> String? {
        guard let image = images[store.index] else { return nil }
        let spell = drawSpell() / 10
        let (before, safe) = (store.site, store.safeWrites(world.hubAccount))
        ledger.forget(store.box, max(safe, image.writes)..<max(safe, image.writes, ledger.entries.count))
        ledger.mayOverspend(store.index)
        store.take(image)
        after(spell) { store.start() }
        if image.site != before { rejoinOnceEmpty(store, site: image.site) }
        return "to site \(image.site) of \(ledger.entries.count - image.writes) writes ago, for \(spell) ms"
    }

    // MARK: Copied

    private func copy(_ store: StoreMachine) -> String? {
        guard !copies.contains(where: { $0.index == store.index }) else { return nil }
        let spell = chance.between(Self.copyMilliseconds)
        let copy = StoreMachine(
            world,
            index: store.index,
            name: store.name,
            region: store.region,
            line: neighbourhood.stores.count + store.index,
            isCopy: true
        )
        copy.writesDone = store.writesDone
        copy.take(store.image())
        copies.append(copy)
        neighbourhood.copies.append(copy)
        ledger.mayOverspend(store.index)
        copy.startLater(1_000)
        let writes = chance.between(Self.copyWrites)
        for _ in 0..<writes {
            after(chance.between(0...spell)) { [weak self] in
                if self?.copies.contains(where: { $0 === copy }) ?? false { self?.workload.writeOnce(at: copy) }
            }
        }
        // The copy takes the original's place, for a while.
        let isAlone = chance.perMille(500)
        if isAlone {
            let lines = [world.network.lines[store.line]]
            set(lines, up: true, down: true)
            after(spell / 2) { [weak self] in self?.mend(lines, up: true, down: true) }
        }
        after(spell) { [weak self] in self?.end(copy) }
        return "for \(spell) ms, with \(writes) writes\(isAlone ? ", half of the time alone" : "")"
    }

    /// The copy's machine is switched off. What the hub has of it stands.
    func end(_ copy: StoreMachine) {
        guard copies.contains(where: { $0 === copy }) else { return }
        copies.removeAll { $0 === copy }
        ledger.confirm(copy.box, 0..<copy.safeWrites(world.hubAccount))
        copy.loseDisk()
        world.network.lines[copy.line].clear()
    }

    // MARK: The hub's disk

    func takeBackups() {
        after(imaging.pause(mean: meanPause / 2)) { [weak self] in
            guard let self else { return }
            _ = neighbourhood.hub.backUp(writes: ledger.entries.count)
            takeBackups()
        }
    }

    private func restoreHub() -> String? {
        let hub = neighbourhood.hub
        guard let backup = hub.backup else { return nil }
        let spell = drawSpell() / 10
        // What applications at the hub wrote since is gone; what stores handed in since they hand in again, as far as
        // it is in a change log that there still is.
        ledger.forget(hub.box, backup.writes..<ledger.entries.count)
        for box in neighbourhood.stores + neighbourhood.copies {
            for writes in box.lostWrites(with: backup.account) { ledger.forget(box.box, writes) }
        }
        do { try hub.restore(backup) } catch { preconditionFailure("a backup cannot be put in place: \(error)") }
        for store in neighbourhood.stores {
            store.wasSetBack()
            ledger.mayOverspend(store.index)
        }
        world.network.isHubThere = { false }
        after(spell) { [weak self] in
            self?.powerHub()
            hub.start()
            self?.orderAgain()
        }
        // Stores come first mostly, and give back what they know of the schema.
        after(spell + chance.between(Self.orderMilliseconds)) { [weak self] in self?.rollOutAgain() }
        return "of \((world.now - backup.at) / 1000) s ago, for \(spell) ms"
    }

    /// The versions of the schema that were rolled out since the backup.
    func rollOutAgain() {
        guard !neighbourhood.hub.rollOutAgain() else { return }
        world.queue.plan(after: 2_000) { [weak self] in self?.rollOutAgain() }
    }

    /// What operators ordered since the backup they order again.
    func orderAgain() {
        guard let daemon = neighbourhood.hub.daemon, !daemon.isPaused else {
            world.queue.plan(after: 2_000) { [weak self] in self?.orderAgain() }
            return
        }
        var isAnswered = true
        for store in neighbourhood.stores {
            if store.isRetired, !daemon.retire(store.name, releases: false) { isAnswered = false }
            if !frozen.contains(store.index) { _ = daemon.thaw(store.name) }
        }
        if !isAnswered { world.queue.plan(after: 2_000) { [weak self] in self?.orderAgain() } }
    }
}
