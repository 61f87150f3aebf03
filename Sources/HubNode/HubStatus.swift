import ChangeLog
import Replica
import SyncSession
public import Transport

/// The hub's account of itself and its stores.
public enum HubStatus {
    /// With no daemon running. The caller holds the directory's lock.
    public static func atRest(directory: String) throws -> NodeStatus {
        if let alteration = try NodeFacts.read(directory: directory).alteration {
            throw ReplicaError.altered(object: alteration)
        }
        let replica = try HubFounding.open(directory: directory)
        let status = try read(directory: directory, replica: replica, online: [])
        try replica.close()
        return status
    }

    static func read(directory: String, replica: HubReplica, online: Set<NodeName>) throws -> NodeStatus {
        let facts = try NodeFacts.read(directory: directory)
        var status = NodeStatus(
            role: .hub,
            node: "hub",
            site: "\(facts.site)",
            network: facts.network,
            region: "",
            hub: facts.address,
            schema: NodeStatus.Schema(name: facts.schemaName, version: facts.schemaVersion)
        )
        status.cursor = replica.head.number
        status.conflicts = facts.conflicts
        status.quarantine = facts.quarantine
        status.exceptions = facts.exceptions
        status.trouble = facts.alteration.map { "\(ReplicaError.altered(object: $0))" }
        status.stores = try replica.stores().map { StoreStatus($0, isOnline: online.contains($0.store)) }
        return status
    }
}

extension StoreStatus {
    init(_ store: StoreListing, isOnline: Bool) {
        let state: State =
            switch store.state {
            case .frozen: .frozen
            case .retired: .retired
            case .invited, .active: isOnline ? .online : .offline
            }
        self.init(
            store: store.store.text,
            region: store.region,
            state: state,
            lastSeenMilliseconds: store.lastSeen,
            acknowledged: store.acknowledged.number,
            cursor: store.cursor.position.number,
            lag: store.lag,
            quarantine: Int64(store.quarantine)
        )
    }
}
