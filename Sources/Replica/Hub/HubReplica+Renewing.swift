public import ChangeLog

extension HubReplica {
    /// Why a site gets no new certificate; nil when it gets one: its store takes part, and it speaks for the store.
    public func renewalRefusal(of store: NodeName, site: SiteID) throws(ReplicaError) -> SessionRefusal? {
        try inspect { hub in
            guard let entry = hub.stores[store], let known = hub.sites[site], known.store == store else {
                return .stranger
            }
            switch entry.state {
            case .frozen: return .frozen
            case .retired: return .retired
            case .invited, .active: return known.state == .active ? nil : .stranger
            }
        }
    }
}
