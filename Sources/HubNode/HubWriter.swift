import Replica
import SyncSession
import Synchronization
import Transport

/// The hub's one writer. What the sessions hand in while a group is being merged forms the next group: one
/// transaction, and one sync to disk, for all of it.
///
///     submit ─→ queue ─→ [ group: changesets in order ] ─→ one commit ─→ answers
///                        [ single jobs between groups ]
///
/// Law: what one session hands in is done in the order in which it was handed in.
final class HubWriter: Sendable {
    /// A group's bounds: its transaction holds the write lock, and tills at the hub wait for that.
    private static let groupBytesMax = 1024 * 1024
    private static let groupCountMax = 512

    enum Job: Sendable {
        /// A changeset that came whole.
        case merge(IncomingChangeset, bytes: Int, done: Done)
        /// Anything else that must keep its place among the changesets.
        case other(@Sendable (HubReplica) -> Void)
    }

    typealias Merged = @Sendable ((any Error)?) -> Void
    typealias Done = @Sendable (Result<MergeOutcome, any Error>) -> Void

    private struct State {
        var jobs: [Job] = []
        var isRunning = false
    }

    private let replica: HubReplica
    private let thread: WorkThread<HubReplica>
    private let state = Mutex(State())
    private let merged: Merged

    /// - Parameter merged: hears how each group went.
    init(_ replica: HubReplica, merged: @escaping Merged) {
        thread = WorkThread(owning: replica)
        self.replica = replica
        self.merged = merged
    }

    func submit(_ job: Job) {
        let mustStart = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { thread.submit { _ in self.drain() } }
    }

    /// Runs `body` in its turn, and gives back what it gave.
    func run<Answer: Sendable>(_ body: @escaping @Sendable (HubReplica) throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            submit(.other { replica in continuation.resume(with: Result { try body(replica) }) })
        }
    }

    /// Finishes what was handed in.
    func stop() async throws {
        _ = try await run { _ in true }
        try await thread.stop()
    }

    private func drain() {
        while let jobs = takeAll() {
            var group: [(IncomingChangeset, Done)] = []
            var bytes = 0
            for job in jobs {
                switch job {
                case .merge(let incoming, let size, let done):
                    group.append((incoming, done))
                    bytes += size
                    if bytes >= Self.groupBytesMax || group.count >= Self.groupCountMax {
                        merge(&group)
                        bytes = 0
                    }
                case .other(let body):
                    merge(&group)
                    bytes = 0
                    body(replica)
                }
            }
            merge(&group)
        }
    }

    private func takeAll() -> [Job]? {
        state.withLock { state in
            if state.jobs.isEmpty {
                state.isRunning = false
                return nil
            }
            defer { state.jobs = [] }
            return state.jobs
        }
    }

    private func merge(_ group: inout [(IncomingChangeset, Done)]) {
        guard !group.isEmpty else { return }
        defer { group = [] }
        do {
            let report = try replica.merge(group.map { $0.0 }, nowMilliseconds: Moment.now.wallMilliseconds)
            merged(nil)
            for (one, outcome) in zip(group, report.outcomes) { one.1(.success(outcome)) }
        } catch {
            merged(error)
            for one in group { one.1(.failure(error)) }
        }
    }
}
