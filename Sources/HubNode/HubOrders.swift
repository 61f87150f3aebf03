import ChangeLog
import Replica
import SessionWork
import SyncSession
public import Transport

/// `linli hub freeze`, `thaw`, `retire` and `release`: who may take part.
///
/// Law: an order may be said again. What a session of the store pushes after the order was written is not merged, so
/// nothing depends on how fast the session hears of its end.
public struct HubOrders: Sendable {
    let directory: String

    public init(directory: String) { self.directory = directory }

    /// With no daemon running. The caller holds the directory's lock.
    public func obeyAtRest(_ order: StoreOrder) throws -> StoreOrdered {
        let replica = try HubFounding.open(directory: directory)
        let answer = try Self.obey(order, in: replica).answer
        try replica.close()
        return answer
    }

    /// - Returns: the answer, and what the store's sessions are told, which end by it.
    /// - Throws: `ControlRefusal` for a store that is not known, or is retired.
    static func obey(_ order: StoreOrder, in replica: HubReplica) throws -> (answer: StoreOrdered, end: Bye?) {
        guard let store = NodeName(order.store), !store.isHub else { throw stranger(order.store) }
        let now = Moment.now.wallMilliseconds
        let ordering: StoreOrdering
        var end: Bye?
        switch order.verb {
        case .freeze:
            ordering = try replica.freeze(store, nowMilliseconds: now)
            end = Bye(SessionRefusal.frozen, store: store)
        case .thaw: ordering = try replica.thaw(store, nowMilliseconds: now)
        case .retire:
            let retired = try replica.retire(store, nowMilliseconds: now)
            ordering =
                retired == .already && order.rights == .release
                ? try replica.release(store, nowMilliseconds: now) : retired
            if retired == .done, order.rights == .release { _ = try replica.release(store, nowMilliseconds: now) }
            end = Bye(SessionRefusal.retired, store: store)
        case .release: ordering = try replica.release(store, nowMilliseconds: now)
        }
        switch ordering {
        case .unknown: throw stranger(order.store)
        case .retired:
            throw ControlRefusal(.notPermitted, "store \(store) is retired, and that is for good; invite another name")
        case .done, .already:
            return (StoreOrdered(said: said(order, isNew: ordering == .done)), end)
        }
    }

    private static func stranger(_ name: String) -> ControlRefusal {
        ControlRefusal(.badInput, "the network has no store '\(name)'; `linli hub stores` lists those that there are")
    }

    private static func said(_ order: StoreOrder, isNew: Bool) -> String {
        let store = "store \(order.store)"
        switch order.verb {
        case .freeze:
            return "\(store) \(isNew ? "is" : "was") frozen\(isNew ? "" : " already"); "
                + "`linli hub thaw \(order.store)` lets it in again"
        case .thaw: return isNew ? "\(store) may take part again" : "\(store) was not frozen"
        case .retire:
            let rights =
                order.rights == .release
                ? "the rights it held are the hub's"
                : "the rights it held stay frozen; `linli hub release \(order.store)` gives them to the hub"
            return "\(store) \(isNew || order.rights == .release ? "is retired" : "was retired already"); \(rights)"
        case .release:
            return isNew
                ? "the rights of \(store)'s fenced sites are the hub's" : "no fenced site of \(store) held any rights"
        }
    }
}
