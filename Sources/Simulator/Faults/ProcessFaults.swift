/// Faults of processes.
extension FaultField {
    func strikeProcess(_ fault: Fault, _ store: StoreMachine) -> String? {
        let hub = neighbourhood.hub
        switch fault {
        case .kill:
            guard store.daemon != nil else { return nil }
            store.kill()
            return "the daemon"
        case .killHub:
            guard hub.daemon != nil else { return nil }
            hub.kill()
            return "the hub's daemon"
        case .killInside:
            let isHub = chance.perMille(300)
            let count = chance.below(60)
            (isHub ? hub.disk : store.disk).kill(afterOperations: count)
            return "\(isHub ? "at the hub" : "here"), after \(count) operations"
        case .pause: return pause(store.daemon, store.pause, store.resume)
        case .pauseHub: return pause(hub.daemon, hub.pause, hub.resume)
        case .stop:
            guard let daemon = store.daemon, !daemon.isPaused else { return nil }
            store.stop()
            let spell = drawSpell() / 10
            after(spell) { store.start() }
            return "the daemon, for \(spell) ms"
        case .stopHub:
            guard let daemon = hub.daemon, !daemon.isPaused else { return nil }
            hub.stop()
            let spell = drawSpell() / 10
            after(spell) { hub.start() }
            return "the hub's daemon, for \(spell) ms"
        default: return nil
        }
    }

    private func pause(
        _ daemon: Daemon?,
        _ pause: () -> Void,
        _ resume: @escaping () -> Void
    ) -> String? {
        guard let daemon, !daemon.isPaused else { return nil }
        let spell = drawSpell() / 10
        pause()
        after(spell) { resume() }
        return "for \(spell) ms"
    }
}
