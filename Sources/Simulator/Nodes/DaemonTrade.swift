import ChangeLog
import Replica
import Retail

/// What a daemon does for the trade by itself, in virtual time: the rounds of the real one, with its own code.
final class DaemonTrade {
    private unowned let daemon: Daemon
    private let desk: SimulatedDesk
    private var round = TradeRound()

    init(_ daemon: Daemon) {
        self.daemon = daemon
        desk = SimulatedDesk(daemon.machine)
    }

    func begin() {
        guard let pause = daemon.world.tradeRoundMilliseconds else { return }
        daemon.later(pause) { [weak self] in
            guard let self else { return }
            go()
            if !daemon.isEnded { begin() }
        }
    }

    private func go() {
        let machine = daemon.machine
        do {
            let stores = try machine.standings(daemon.process)
            let done = try desk.use(daemon.process) { desk in
                try round.go(desk, stores: stores, uptimeMilliseconds: daemon.world.now)
            }
            guard !daemon.endIfKilled() else { return }
            daemon.world.counts.ordersTakenOver += done.takenOver
            daemon.world.counts.sharesMoved += done.sharesMoved
            for note in done.notes { machine.note(.traded(note.text)) }
            if !done.counted.isEmpty { release(done.counted) }
            if !daemon.isEnded, desk.hasWritten { daemon.captureSeen() }
        } catch {
            if !daemon.endIfKilled() { daemon.trouble(error, "the trade's own round") }
        }
    }

    /// Counts vouch for rights that are stranded.
    private func release(_ counted: [RightsWitness]) {
        guard let hub = daemon as? HubDaemon else { return }
        _ = hub.onReplica("release") { replica in
            try replica.release(counted, nowMilliseconds: hub.machine.wallMilliseconds)
        }
        if !hub.isEnded { hub.announce() }
    }
}
