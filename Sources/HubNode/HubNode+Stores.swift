import Replica
public import Transport

extension HubNode {
    /// The stores of the network as they stand now, without what costs a look at the whole replica.
    public func stores() async throws -> [(status: StoreStatus, name: String, hasLostDisks: Bool)] {
        let online = shared.board.onlineStores
        let listed = try await shared.writer.run { replica in try replica.stores() }
        return listed.map { (StoreStatus($0, isOnline: online.contains($0.store)), $0.name, !$0.fenced.isEmpty) }
    }
}
