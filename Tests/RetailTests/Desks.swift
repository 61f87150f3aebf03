import ChangeLog
import Replica
import Retail
import Synchronization
import Testing

/// A shop and its desk, with a clock that moves when it is told to.
final class Desks {
    let shop: Shop
    let desk: RetailDesk
    var stores: [StoreStanding] = []
    private let clock: Clock

    /// 2026-11-21T02:00:00Z, ten in the morning in Shanghai.
    static let morning: Int64 = 1_795_226_400_000

    private final class Clock: Sendable {
        let now = Mutex(Desks.morning)
    }

    init(_ shop: Shop) throws {
        self.shop = shop
        let clock = Clock()
        self.clock = clock
        desk = try RetailDesk(shop.connection, node: shop.role.node) { clock.now.withLock { $0 } }
    }

    static func store(_ name: String = "north") throws -> Desks { try Desks(Shop.store(name)) }

    /// A hub with three stores, two of them in town; it may promise tea at each.
    static func hub(tea: [String: Int64] = ["north": 3_000, "south": 9_000, "west": 9_000]) throws -> Desks {
        let shop = try Shop.hub()
        try shop.run(
            """
            INSERT INTO store(store_id, region, offers_delivery) VALUES ('north', 'town', 0), ('south', 'town', 1),
              ('west', 'hills', 1);
            INSERT INTO product(sku, name, supplier) VALUES ('tea', 'green tea', 'leaf'), ('cake', 'a cake', 'oven');
            INSERT INTO price(sku, amount) VALUES ('tea', 1000), ('cake', 800);
            """
        )
        for (store, units) in tea {
            try shop.receive(
                """
                INSERT INTO stock(store_id, sku, on_hand, available) VALUES ('\(store)', 'tea', \(units), \(units));
                INSERT INTO linli_held_stock(store_id, sku, available) VALUES ('\(store)', 'tea', \(units));
                """
            )
        }
        let desks = try Desks(shop)
        desks.stores = ["north", "south", "west"].map {
            StoreStanding(store: $0, region: "", name: "", isOnline: true, takesPart: true)
        }
        return desks
    }

    func pass(_ milliseconds: Int64) { clock.now.withLock { $0 += milliseconds } }

    /// Does a command; a key is made unless one is given.
    @discardableResult
    func ask(_ name: String, _ request: JSONValue, key: String? = nil) throws -> JSONValue {
        try answer(name, request, key: key).value
    }

    func answer(_ name: String, _ request: JSONValue, key: String? = nil) throws -> RetailDesk.Answer {
        let command = try #require(RetailCommand.named(name))
        let made = try IdempotencyKey(key ?? "key-\(UInt64.random(in: 0 ... .max))")
        return try desk.answer(command, request, key: command.isChange ? made : nil, stores: stores)
    }

    /// The code and thing of a refusal; nil when it was done.
    func refusal(_ name: String, _ request: JSONValue, key: String? = nil) throws -> String? {
        do {
            try ask(name, request, key: key)
            return nil
        } catch let error as RetailError {
            #expect(!error.cure.isEmpty && !error.what.isEmpty)
            return "\(error.code.rawValue) \(error.thing)"
        }
    }
}
