import ChangeLog
import Replica
import SyncSession
public import Transport

/// The hub's account of itself and its stores.
public enum HubStatus {
    /// With no daemon running. Nothing is written: the run that opens a new epoch is the daemon's.
    public static func atRest(directory: String) throws -> NodeStatus {
        let (stores, head) = try HubReplica.stores(directory: directory)
        return try read(directory: directory, stores, head: head, online: [])
    }

    static func read(directory: String, replica: HubReplica, online: Set<NodeName>) throws -> NodeStatus {
        try read(directory: directory, replica.stores(), head: replica.head, online: online)
    }

    private static func read(
        directory: String,
        _ stores: [StoreListing],
        head: Position,
        online: Set<NodeName>
    ) throws -> NodeStatus {
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
        status.cursor = head.number
        status.conflicts = facts.conflicts
        status.quarantine = facts.quarantine
        status.exceptions = facts.exceptions
        status.trouble = facts.alteration.map { "\(ReplicaError.altered(object: $0))" }
        status.stores = stores.map { StoreStatus($0, isOnline: online.contains($0.store)) }
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
            quarantine: Int64(store.quarantine),
            formerSites: store.fenced.map { former in
                FormerSite(
                    site: "\(former.site)",
                    acknowledged: former.acknowledged.number,
                    sealed: former.sealed.number
                )
            }
        )
    }
}
