import Retail
import Synchronization
import Testing

@testable import LocalAPI

@Suite("The stores as the API sees them")
struct StandingBoardTests {
    private final class Daemon: Sendable {
        let stores = Mutex<[StoreStanding]>([])
    }

    @Test("One that has just joined is there for the first who asks, and an old look is no reason to ask twice")
    func joined() async throws {
        let daemon = Daemon()
        let node = try Node(isHub: true) { daemon.stores.withLock { $0 } }
        func refusal(_ name: String, _ request: JSONValue) async throws -> String? {
            let key = try IdempotencyKey("key-\(UInt64.random(in: 0 ... .max))")
            do {
                _ = try await node.routes.answer(try #require(RetailCommand.named(name)), request, key)
                return nil
            } catch let error as RetailError {
                return "\(error.code.rawValue) \(error.thing)"
            }
        }
        #expect(try await refusal("set-products", ["products": [["sku": "tea", "name": "tea"]]]) == nil)
        let order: JSONValue = ["store": "south", "lines": [["sku": "tea", "quantity": 1000]]]
        #expect(try await refusal("order", order) == "NO_STORE south")
        daemon.stores.withLock {
            $0 = [StoreStanding(store: "south", region: "town", name: "South", isOnline: true, takesPart: true)]
        }
        #expect(node.routes.board.stores == [])
        #expect(try await refusal("order", order) == "NO_RIGHTS tea")
        #expect(node.routes.board.stores.map(\.store) == ["south"])
        // Frozen meanwhile: the last look was good enough for a refusal of another kind only.
        daemon.stores.withLock { $0[0].takesPart = false }
        #expect(try await refusal("order", order) == "NO_RIGHTS tea")
        _ = try await node.routes.board.look()
        #expect(try await refusal("order", order) == "NO_STORE south")
    }
}
