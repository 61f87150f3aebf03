import Replica
import SyncSession
import Synchronization

/// Where a session's spool lies while its pieces are asked for, one after another.
final class RestSlot: Sendable {
    private let spool = Mutex<RestSpool?>(nil)

    func keep(_ fresh: RestSpool) { spool.withLock { $0 = fresh } }

    /// The next piece; the checkpoint is the last, and with it the spool goes.
    func next() throws -> HubSession.Event? {
        try spool.withLock { spool in
            switch try spool?.next() {
            case .chunk(let chunk, let schemaVersion):
                return .restRead(.chunk(Chunk(chunk), schemaVersion: schemaVersion))
            case .checkpoint(let checkpoint):
                spool = nil
                return .restRead(.checkpoint(checkpoint))
            case nil: return nil
            }
        }
    }
}
