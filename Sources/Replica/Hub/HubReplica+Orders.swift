public import ChangeLog

/// What became of an operator's order about a store.
public enum StoreOrdering: Hashable, Sendable {
    case done
    /// It was so already; nothing changed.
    case already
    /// The hub knows no such store.
    case unknown
    /// The store is gone for good.
    case retired
}

/// What operators decide about stores. Each may be said again, and changes nothing then.
extension HubReplica {
    /// The store may not take part until it is thawed: its changesets stay with it.
    public func freeze(_ store: NodeName, nowMilliseconds: Int64) throws(ReplicaError) -> StoreOrdering {
        try change(store, nowMilliseconds) { hub, entry in
            switch entry.state {
            case .retired: return .retired
            case .frozen: return .already
            case .invited, .active:
                var entry = entry
                entry.state = .frozen
                try hub.stores.save(entry)
                return .done
            }
        }
    }

    public func thaw(_ store: NodeName, nowMilliseconds: Int64) throws(ReplicaError) -> StoreOrdering {
        try change(store, nowMilliseconds) { hub, entry in
            switch entry.state {
            case .retired: return .retired
            case .invited, .active: return .already
            case .frozen:
                var entry = entry
                entry.state = entry.site == nil ? .invited : .active
                try hub.stores.save(entry)
                return .done
            }
        }
    }

    /// The store is gone for good: its sites are fenced, and their rights stay frozen until they are released.
    public func retire(_ store: NodeName, nowMilliseconds: Int64) throws(ReplicaError) -> StoreOrdering {
        try change(store, nowMilliseconds) { hub, entry in
            guard entry.state != .retired else { return .already }
            try hub.retire(entry)
            return .done
        }
    }

    /// The rights of the store's fenced sites, lost disks and a retired store's, become the hub's.
    public func release(_ store: NodeName, nowMilliseconds: Int64) throws(ReplicaError) -> StoreOrdering {
        try change(store, nowMilliseconds) { hub, entry in
            try hub.release(entry.store) ? .done : .already
        }
    }

    private func change(
        _ store: NodeName,
        _ nowMilliseconds: Int64,
        _ body: (HubWriter, HubStore) throws -> StoreOrdering
    ) throws(ReplicaError) -> StoreOrdering {
        var ordering = StoreOrdering.unknown
        try transact(nowMilliseconds) { hub, _ in
            if let entry = hub.stores[store] { ordering = try body(hub, entry) }
        }
        return ordering
    }
}
