import ChangeLog
import Replica
import SyncSession
public import Transport

/// `linli rights reclaim`: at a running daemon, or on its files.
public enum RightsReclaiming {
    /// With no daemon running. The caller holds the directory's lock.
    public static func reclaimAtRest(_ store: String, directory: String) throws -> ReclaimedRights {
        let replica = try HubFounding.open(directory: directory)
        let done = try reclaim(store, in: replica, isOnline: { _ in false })
        try replica.close()
        return done
    }

    /// - Throws: `ControlRefusal` for a store that is not known, or that is there.
    static func reclaim(
        _ name: String,
        in replica: HubReplica,
        isOnline: (NodeName) -> Bool
    ) throws -> ReclaimedRights {
        guard let store = NodeName(name), !store.isHub else { throw stranger(name) }
        guard !isOnline(store) else {
            throw ControlRefusal(
                .notSo,
                "\(store) is online, so nothing of it is stranded; its rights move by themselves, or with linli_grant"
            )
        }
        guard let done = try replica.reclaimAll(of: store, nowMilliseconds: Moment.now.wallMilliseconds) else {
            throw stranger(name)
        }
        return ReclaimedRights(wasFenced: done.wasFenced, rows: Int64(done.rows), units: done.units)
    }

    private static func stranger(_ name: String) -> ControlRefusal {
        ControlRefusal(.badInput, "the network has no store '\(name)'; `linli hub stores` lists those that there are")
    }
}

extension HubNode {
    func reclaimRights(of store: String) async throws -> ReclaimedRights {
        let online = shared.board.onlineStores
        return try await shared.writer.run { replica in
            try RightsReclaiming.reclaim(store, in: replica, isOnline: online.contains)
        }
    }
}
