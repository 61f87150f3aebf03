import NIOPosix

/// One thread that owns something which only one thread may touch, such as a replica, and does blocking work with it
/// in the order in which the work was handed in.
///
/// Law: `owned` is reached through `submit` and `run` alone, and so on this thread alone; that is what makes it safe to
/// share the thread.
public final class WorkThread<Owned>: @unchecked Sendable {
    private let pool: NIOThreadPool
    private let owned: Owned

    public init(owning owned: sending Owned) {
        self.owned = owned
        pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
    }

    /// Runs `body` after everything that was handed in before; after `stop`, never.
    public func submit(_ body: @escaping @Sendable (Owned) -> Void) {
        pool.submit { [self] state in if case .active = state { body(owned) } }
    }

    /// Runs `body` in its turn and waits for it.
    ///
    /// - Throws: what `body` throws, and `CancellationError` after `stop`.
    public func run<Result: Sendable>(_ body: @escaping @Sendable (Owned) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { [self] state in
                guard case .active = state else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                continuation.resume(with: Swift.Result { try body(owned) })
            }
        }
    }

    /// Lets the work that was handed in come to its end.
    public func stop() async throws { try await pool.shutdownGracefully() }
}
