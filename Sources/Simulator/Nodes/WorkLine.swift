/// A thread of a daemon: jobs in order, one at a time, each of which takes a while.
///
/// Law: what a job does is done at its beginning, and its answer comes at its end; a process that ends in between has
/// done it and told nobody.
final class WorkLine {
    /// Does the work, and gives what is to be told afterwards.
    typealias Job = () -> (() -> Void)?

    private unowned let daemon: Daemon
    private var jobs: [Job] = []
    private var first = 0
    private var isBusy = false

    init(_ daemon: Daemon) { self.daemon = daemon }

    func submit(_ job: @escaping Job) {
        jobs.append(job)
        if !isBusy { start() }
    }

    /// Jobs that have not begun, and the one at work.
    var isIdle: Bool { !isBusy }

    private func start() {
        guard !daemon.isEnded, first < jobs.count else {
            isBusy = false
            return
        }
        isBusy = true
        let job = jobs[first]
        first += 1
        if first > 32 || first == jobs.count {
            jobs.removeFirst(first)
            first = 0
        }
        let told = job()
        guard !daemon.isEnded else { return }
        daemon.later(daemon.machine.drawWork()) { [weak self] in
            told?()
            self?.start()
        }
    }
}
