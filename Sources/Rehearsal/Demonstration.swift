import ChangeLog
import Foundation

/// The story that `linli demo` tells: a hub and three stores sell, one is cut off, all of them touch the same
/// products, an order and a last unit, the link heals, and everybody is right.
///
/// Law: nothing is said that was not read back from the replicas; `run` is true only if every check held.
public struct Demonstration {
    /// The three stores, and the last of them is the one that is cut off.
    static let stores = ["jade-street", "north-gate", "river-lane"]
    static let region = "old-town"
    private static let salesPerStore = 200

    let network: LocalNetwork
    let say: (String) -> Void
    let progress: (String, Int, Int) -> Void
    /// What it came to so far.
    public private(set) var report = DemonstrationReport()
    private var tills: [String: Till] = [:]

    /// `say` takes one line for the reader; `progress` what is being done, how much of it is done, of how much.
    public init(
        network: LocalNetwork,
        say: @escaping (String) -> Void,
        progress: @escaping (String, Int, Int) -> Void
    ) {
        self.network = network
        self.say = say
        self.progress = progress
    }

    /// Tells the story, with real sales instead of made ones if there are any; true if all of it came out right.
    public mutating func run(sales: SalesFile?) async throws -> Bool {
        say("Starting a hub and three stores on this machine …")
        try await network.startHub()
        for store in Self.stores { try await network.startStore(store, region: Self.region) }
        for node in ["hub"] + Self.stores { tills[node] = try Till(node: node, replica: network.replica(node)) }
        say("  data: \(network.directory)")
        say("")

        let trade = try DemonstrationTrade(sales: sales, stores: Self.stores, salesPerStore: Self.salesPerStore)
        report.trade = trade.sentence
        say(trade.sentence)
        say("")
        let began = ContinuousClock.now
        try open(trade)
        try sell(trade.before, "Selling at all three stores")
        try await partition(trade)
        try heal(trade)
        try close()
        say("")
        for check in report.checks { say("  \(check.holds ? "✓" : "✗") \(check.what)") }
        say("")
        say("It took \((ContinuousClock.now - began).components.seconds) seconds.")
        return report.isRight
    }

    // MARK: The story

    private mutating func open(_ trade: DemonstrationTrade) throws {
        let hub = try till("hub")
        try hub.write(
            trade.products.map { ("INSERT INTO product(sku, name) VALUES (?, ?)", [.text($0.sku), .text($0.name)]) }
                + trade.products.map {
                    ("INSERT INTO price(sku, amount) VALUES (?, ?)", [.text($0.sku), .integer($0.price)])
                }
        )
        for store in Self.stores {
            try till(store).write(
                trade.opening(at: store).map {
                    (
                        "INSERT INTO stock(store_id, sku, on_hand, available) VALUES (?, ?, ?, ?)",
                        [.text(store), .text($0.sku), .integer($0.units), .integer($0.units)]
                    )
                }
            )
        }
        try hub.write(
            "INSERT INTO customer_order(id, store_id, note) VALUES ('shared-order', ?, 'none yet')",
            .text(Self.stores[2])
        )
        try network.settle()
    }

    private mutating func sell(_ sales: [DemonstrationTrade.Sale], _ what: String) throws {
        for (index, sale) in sales.enumerated() {
            try Task.checkCancellation()
            progress(what, index + 1, sales.count)
            try till(sale.store).write(sale.statements)
        }
    }

    private mutating func partition(_ trade: DemonstrationTrade) async throws {
        let (north, river) = (Self.stores[1], Self.stores[2])
        try network.settle()
        say("\(river) is cut off. It goes on selling; so do the others.")
        try network.link(river).cut()
        try sell(trade.during, "Selling, with \(river) cut off")

        // The last unit: river-lane holds it, and the one right to promise it.
        let order = "INSERT INTO order_line(order_id, line, sku, quantity) VALUES (?, 1, 'last-cake', 1000)"
        try till(river).write("INSERT INTO customer_order(id, store_id) VALUES ('cake-at-river', ?)", .text(river))
        try till("hub").write("INSERT INTO customer_order(id, store_id) VALUES ('cake-at-hub', ?)", .text(river))
        let atHub = try till("hub").refusal(of: order, .text("cake-at-hub"))
        let atRiver = try till(river).refusal(of: order, .text("cake-at-river"))
        try till(river).write("INSERT INTO customer_order(id, store_id) VALUES ('cake-again', ?)", .text(river))
        let again = try till(river).refusal(of: order, .text("cake-again"))
        attempted(river, "sells its last cake", atRiver)
        attempted("hub", "promises the same cake, online, at the same time", atHub)
        attempted(river, "sells the cake a second time", again)
        let atNorth = try till(north).refusal(
            of: "UPDATE stock SET available = available - 1000 WHERE store_id = ?",
            .text(river)
        )
        attempted(north, "takes the cake out of \(river)'s stock", atNorth)
        say("")
        say("The last cake at \(river):")
        say("  \(river) sells it: \(atRiver ?? "sold")")
        say("  the hub, online, at the same time: \(atHub ?? "sold")")
        say("  \(river), a second time: \(again ?? "sold")")
        check(
            "the last cake was promised once, and refused to the hub and to a second customer at once",
            atRiver == nil && atHub != nil && again != nil && atNorth == nil
        )

        // One order, touched at both ends; one name and one price, changed at the hub.
        try till("hub").write(
            "UPDATE customer_order SET note = 'ring twice', cancelled_at = 2000 WHERE id = 'shared-order'"
        )
        try till(river).write("UPDATE customer_order SET handed_over_at = 1000 WHERE id = 'shared-order'")
        try till(river).write("UPDATE customer_order SET note = 'leave at the door' WHERE id = 'shared-order'")
        try till("hub").write("UPDATE price SET amount = amount + 50 WHERE sku = ?", .text(trade.products[0].sku))
        try till("hub").write("UPDATE product SET name = name || ' (new)' WHERE sku = ?", .text(trade.products[0].sku))
    }

    private mutating func heal(_ trade: DemonstrationTrade) throws {
        let river = Self.stores[2]
        let waiting = try till("hub").number("SELECT count(*) FROM sale WHERE store_id = ?", .text(river))
        let sold = try till(river).number("SELECT count(*) FROM sale")
        say("")
        say("\(river) comes back: the hub knows \(waiting) of its \(sold) sales.")
        try network.link(river).heal()
        try network.settle()
        say("")
        say("What became of it:")
        try tell(trade)
        for store in Self.stores {
            try Task.checkCancellation()
            let (there, here) = try network.digests(store)
            let (atStore, atHub) = try network.totalDigests(store)
            report.digests.append(.init(store: store, atStore: atStore, atHub: atHub))
            check("the digests of \(store) agree, at the store and at the hub", there == here && !there.isEmpty)
        }
    }

    private mutating func tell(_ trade: DemonstrationTrade) throws {
        let hub = try till("hub")
        for store in Self.stores {
            let sales = try hub.number("SELECT count(*) FROM sale WHERE store_id = ?", .text(store))
            let units = try hub.number("SELECT sum(quantity) FROM sale_line WHERE store_id = ?", .text(store))
            say("  \(store) sold \(sales) baskets, \(units / 1000) units")
            report.sold.append(.init(store: store, baskets: sales, units: units / 1000))
            let expected = trade.all.filter { $0.store == store }
            check(
                "every sale of \(store) is at the hub exactly once",
                sales == Int64(expected.count) && units == expected.reduce(0) { $0 + $1.units }
            )
            let drift = try hub.number(
                DemonstrationTrade.driftQuery,
                .text(store),
                .text(try trade.openingJSON(at: store))
            )
            check("the books of \(store) balance: opening stock less what was sold", drift == 0)
        }
        try tellMerges(trade)
    }

    private mutating func tellMerges(_ trade: DemonstrationTrade) throws {
        let river = Self.stores[2]
        let question = "SELECT note, status, cancelled_at, handed_over_at FROM customer_order WHERE id = 'shared-order'"
        let (atHub, atRiver) = (try till("hub").rows(question), try till(river).rows(question))
        if let row = atHub.first {
            merged(
                "one order, changed at both ends: note “\(text(row[0]))”, status \(text(row[1])) — the later note "
                    + "stands, and what was handed over is handed over"
            )
        }
        check(
            "the order is the same at both ends, and shows both milestones",
            atHub == atRiver
                && atHub.first.map { !$0[2].isNull && !$0[3].isNull && text($0[1]) == "handed_over" } == true
        )
        let kept = try till("hub").rows(
            "SELECT kept, lost FROM linli_conflict WHERE \"table\" = 'customer_order' AND \"column\" = 'note'"
        )
        if let conflict = kept.first {
            merged("the other note, \(text(conflict[1])), is kept as a conflict for a person to see")
        }
        check("the note that lost is kept", kept.count == 1)
        let exceptions = try till("hub").number("SELECT count(*) FROM exception_cancelled_but_handed_over")
        check("the order that was cancelled and handed over is one exception", exceptions == 1)
        let price = "SELECT amount FROM price WHERE sku = ?"
        let sku = Value.text(trade.products[0].sku)
        check("the hub's new price is at \(river)", try till(river).rows(price, sku) == till("hub").rows(price, sku))
        let available = try till("hub").number(
            "SELECT available FROM stock WHERE store_id = ? AND sku = 'last-cake'",
            .text(river)
        )
        check("nothing of the last cake is left to promise", available == 0)
        let refused = try till("hub").number("SELECT count(*) FROM linli_quarantine")
        check("nothing was refused by the hub", refused == 0)
    }

    private mutating func close() throws {
        for till in tills.values { try till.close() }
        tills = [:]
    }

    // MARK: Small things

    private mutating func check(_ what: String, _ holds: Bool) { report.checks.append(.init(what: what, holds: holds)) }

    private mutating func attempted(_ who: String, _ what: String, _ refusal: String?) {
        report.attempts.append(.init(who: who, what: what, refusal: refusal))
    }

    private mutating func merged(_ sentence: String) {
        say("  " + sentence)
        report.merges.append(sentence)
    }

    private func till(_ node: String) throws -> Till {
        guard let till = tills[node] else { throw ReplayFailure.noTill(node) }
        return till
    }

    private func text(_ value: Value) -> String {
        switch value {
        case .null: "none"
        case .integer(let number): String(number)
        case .text(let bytes), .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }
}

enum ReplayFailure: Error, CustomStringConvertible {
    case noTill(String)

    var description: String {
        switch self {
        case .noTill(let node): "no till is open at \(node)"
        }
    }
}
