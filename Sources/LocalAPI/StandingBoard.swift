public import Retail
import Synchronization

/// The stores as the hub's daemon last saw them; empty at a store.
public final class StandingBoard: Sendable {
    /// Asks the daemon.
    public typealias Standings = @Sendable () async throws -> [StoreStanding]

    private let standings: Standings
    private let seen = Mutex<[StoreStanding]>([])

    public init(_ standings: @escaping Standings) { self.standings = standings }

    /// As they stood at the last look.
    var stores: [StoreStanding] { seen.withLock { $0 } }

    /// As they stand now.
    func look() async throws -> [StoreStanding] {
        let stores = try await standings()
        seen.withLock { $0 = stores }
        return stores
    }
}
