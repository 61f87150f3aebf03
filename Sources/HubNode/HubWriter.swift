import Replica
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
        case merge(HubIncoming, done: @Sendable (Result<HubMerged, any Error>) -> Void)
        /// Anything else that must keep its place among the changesets.
        case other(@Sendable (HubReplica) -> Void)
    }

    private struct State {
        var jobs: [Job] = []
        var isRunning = false
    }

    private let replica: HubReplica
    private let thread = WorkThread()
    private let committed: @Sendable (HubReplica) -> Void
    private let state = Mutex(State())

    /// - Parameter committed: called on the writer's thread after each group and each job, to tell what moved.
    init(_ replica: HubReplica, committed: @escaping @Sendable (HubReplica) -> Void) {
        self.replica = replica
        self.committed = committed
    }

    func submit(_ job: Job) {
        let mustStart = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { thread.submit { self.drain() } }
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
            var group: [(HubIncoming, @Sendable (Result<HubMerged, any Error>) -> Void)] = []
            var bytes = 0
            for job in jobs {
                switch job {
                case .merge(let incoming, let done):
                    group.append((incoming, done))
                    bytes += incoming.bytes
                    if bytes >= Self.groupBytesMax || group.count >= Self.groupCountMax {
                        merge(&group)
                        bytes = 0
                    }
                case .other(let body):
                    merge(&group)
                    bytes = 0
                    body(replica)
                    committed(replica)
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

    private func merge(_ group: inout [(HubIncoming, @Sendable (Result<HubMerged, any Error>) -> Void)]) {
        guard !group.isEmpty else { return }
        defer { group = [] }
        do {
            let merged = try replica.merge(group.map { $0.0 }, nowMilliseconds: wallMilliseconds())
            for (one, outcome) in zip(group, merged) { one.1(.success(outcome)) }
        } catch {
            for one in group { one.1(.failure(error)) }
        }
        committed(replica)
    }
}
