public import Replica
public import SyncSession
import Synchronization

/// The errands of one session.
///
/// Law: after one has failed none is done. A checkpoint that stood behind a chunk which could not be staged (a full
/// disk) would be committed without that chunk's rows, and nobody would ever send them again.
public final class StoreErrands: Sendable {
    private let hasFailed = Atomic<Bool>(false)
    private let sign: SignChangeset?

    /// - Parameter sign: makes the store's signature; nil where nobody asks for one.
    public init(sign: SignChangeset? = nil) { self.sign = sign }

    /// One has failed; the session is to end.
    public var areOver: Bool { hasFailed.load(ordering: .sequentiallyConsistent) }

    /// Does the next one; nothing when one before it has failed.
    ///
    /// - Returns: the answer that the session waits for, if it waits for one.
    public func run(
        _ errand: StoreErrand,
        on replica: StoreReplica,
        at now: Moment
    ) throws -> StoreSession.Event? {
        if areOver { return nil }
        do { return try errand.run(on: replica, at: now, sign: sign) } catch {
            hasFailed.store(true, ordering: .sequentiallyConsistent)
            throw error
        }
    }
}
