import ChangeLog
import Replica
import SessionWork
import SyncSession

/// The hub's one writer: what is handed in while a group is being merged forms the next group, one transaction and one
/// sync for all of it.
///
/// Law: what one session hands in is done in the order in which it was handed in.
final class HubWriteLine {
    typealias Answer = (HubSession.Event) -> Void

    private struct Merge {
        var changeset: IncomingChangeset
        var number: ChangesetNumber
        var bytes: Int
        var answer: Answer
    }

    private enum Job {
        case merge(Merge)
        case other(HubErrand.Job, Answer)
        /// What a session does itself, after all that was handed in before.
        case turn(() -> Void)
    }

    private static let groupBytesMax = 1024 * 1024
    private static let groupCountMax = 512

    private unowned let daemon: HubDaemon
    private var jobs: [Job] = []
    private var isBusy = false

    init(_ daemon: HubDaemon) { self.daemon = daemon }

    func submit(answer: @escaping Answer = { _ in }, _ job: @escaping HubErrand.Job) { submit(.other(job, answer)) }

    func submit(turn: @escaping () -> Void) { submit(.turn(turn)) }

    func merge(_ changeset: IncomingChangeset, number: ChangesetNumber, bytes: Int, answer: @escaping Answer) {
        let merge = Merge(changeset: changeset, number: number, bytes: bytes, answer: answer)
        switch daemon.world.planted {
        case .acknowledgeUnmerged where number.number % 50 == 0:
            daemon.later(1) { answer(.committed(through: number)) }
        case .wrongOrder where !jobs.isEmpty: jobs.insert(.merge(merge), at: 0)
        default: submit(.merge(merge))
        }
    }

    /// Does what was handed in, at once; nobody hears of it.
    func finish() { while !daemon.isEnded, !jobs.isEmpty { _ = next() } }

    private func submit(_ job: Job) {
        jobs.append(job)
        if !isBusy { start() }
    }

    private func start() {
        guard !daemon.isEnded, !jobs.isEmpty else {
            isBusy = false
            return
        }
        isBusy = true
        guard !waitsForSlowest else { return daemon.later(5_000) { [weak self] in self?.start() } }
        let told = next()
        guard !daemon.isEnded else { return }
        daemon.later(daemon.machine.drawWork()) { [weak self, weak daemon] in
            daemon?.announce()
            for tell in told { tell() }
            self?.start()
        }
    }

    /// What a wrong hub would do while one of its stores is away.
    private var waitsForSlowest: Bool {
        daemon.world.planted == .waitForSlowest && daemon.world.network.lines.contains { $0.isBlocked }
    }

    /// Does the next group, or the next single job.
    private func next() -> [() -> Void] {
        let group = takeGroup()
        if !group.isEmpty { return merge(group) }
        let job: HubErrand.Job
        let answer: Answer
        switch jobs.removeFirst() {
        case .other(let other, let hears): (job, answer) = (other, hears)
        case .turn(let turn):
            turn()
            return []
        case .merge: return []
        }
        let now = daemon.machine.wallMilliseconds
        var told: [() -> Void] = []
        let event = daemon.onReplica(
            "the writer's job",
            failed: { error in told = [{ answer(.end(Bye(.unavailable, "\(error)"))) }] },
            { replica in try job(replica, now) }
        )
        if case .some(.some(let event)) = event { told = [{ answer(event) }] }
        return told
    }

    /// The merges at the head of the queue that fit one group.
    private func takeGroup() -> [Merge] {
        var group: [Merge] = []
        var bytes = 0
        while group.count < min(Self.groupCountMax, jobs.count), bytes < Self.groupBytesMax,
            case .merge(let merge) = jobs[group.count]
        {
            group.append(merge)
            bytes += merge.bytes
        }
        jobs.removeFirst(group.count)
        return group
    }

    private func merge(_ group: [Merge]) -> [() -> Void] {
        let now = daemon.machine.wallMilliseconds
        var told: [() -> Void] = []
        let report = daemon.onReplica(
            "merge",
            failed: { error in
                told = group.map { one in { one.answer(.end(Bye(.unavailable, "\(error)"))) } }
            },
            { replica in try replica.merge(group.map { $0.changeset }, nowMilliseconds: now) }
        )
        guard let report else { return told }
        daemon.hub.didMerge(report)
        for (one, outcome) in zip(group, report.outcomes) {
            guard case .merged(let through) = outcome else { continue }
            daemon.world.hubAccount.merged(one.changeset.header, through: through)
            daemon.hub.note(.merged(site: one.changeset.header.site, through.number))
        }
        return zip(group, report.outcomes).map { one, outcome in { one.answer(outcome.event(for: one.number)) } }
    }
}
