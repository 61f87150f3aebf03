import Logging
public import Replica
import SyncSession
import Transport

extension HubNode {
    /// Gives the hub the rights that lost disks hold in rows that somebody at the store has seen to since.
    public func release(_ witnesses: [RightsWitness]) async throws {
        let units = try await shared.writer.run { replica in
            try replica.release(witnesses, nowMilliseconds: Moment.now.wallMilliseconds)
        }
        for (witness, units) in zip(witnesses, units) where units > 0 {
            shared.log.notice("\(units) units of lost disks of \(witness.store) are the hub's: their shelf was counted")
        }
    }
}
