import ChangeLog
import NetworkSchema
import Replica
import Retail
import Testing

@testable import LocalAPI

/// The routes of a node with a replica in memory.
struct Node {
    let routes: APIRoutes

    /// - Parameter standings: what the hub's daemon says of the stores, when it is asked.
    init(isHub: Bool, standings: @escaping StandingBoard.Standings = { [] }) throws {
        let role: NodeRole = isHub ? .hub : .store(try #require(NodeName("north")), region: "town")
        let connection = try Connection(path: ":memory:", pragmas: ReplicaPragmas.creation)
        let plan = SchemaPlan(try NetworkSchema(yaml: RetailSchema.yaml))
        try connection.write { sql in
            try ReplicaSchema.create(sql, plan: plan, role: role, site: SiteID(7), network: "n", nowMilliseconds: 0)
        }
        routes = APIRoutes(
            desk: try RetailDesk(connection, node: role.node, clock: { 0 }),
            doorkeeper: Doorkeeper(keys: APIKeys(dataDirectory: "/nonexistent")),
            board: StandingBoard(standings)
        )
    }
}
