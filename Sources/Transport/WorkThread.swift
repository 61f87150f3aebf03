import NIOPosix

/// One thread for blocking work, in the order in which it was handed in: the only place from which a node touches its
/// replica.
public final class WorkThread: Sendable {
    private let pool: NIOThreadPool

    public init() {
        pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
    }

    /// Runs `body` after everything that was handed in before; nothing happens after `stop`.
    public func submit(_ body: @escaping @Sendable () -> Void) {
        pool.submit { state in if case .active = state { body() } }
    }

    /// Runs `body` in its turn and waits for it.
    ///
    /// - Throws: what `body` throws, and `CancellationError` after `stop`.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { state in
                guard case .active = state else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                continuation.resume(with: Swift.Result { try body() })
            }
        }
    }

    /// Lets the work that has begun come to its end.
    public func stop() async throws { try await pool.shutdownGracefully() }
}
