import Retail

/// One price list for all stores, written at the hub in one transaction: each store has all of it from one checkpoint on.
///
///     minute   0: the products · 6 to 10: the list
final class OpeningDay: Play {
    /// Nobody orders, and nothing is to be given back.
    let tradeRoundMilliseconds: Int64 = 300_000

    private var lines = 0
    private var answers: [Stage.Answer] = []
    private var parts = 1

    func open(_ stage: Stage) {
        lines = max(stage.plan.daily, 2)
        let products = (0..<lines).map { number -> JSONValue in
            ["sku": .text("p\(number)"), "name": .text("product \(number)")]
        }
        stage.ask(stage.hub, "set-products", ["products": .list(products)])
    }

    func act(_ stage: Stage) {
        let isTorn = stage.world.planted == .tornList
        let half = lines / 2
        parts = isTorn ? 2 : 1
        stage.sometime(6...10) { [self] in list(isTorn ? 0..<half : 0..<lines, stage) }
        if isTorn { stage.at(minute: 20) { [self] in list(half..<lines, stage) } }
    }

    private func list(_ numbers: Range<Int>, _ stage: Stage) {
        let prices = numbers.map { number -> JSONValue in
            ["sku": .text("p\(number)"), "amount": .integer(Int64(100 + number))]
        }
        stage.ask(stage.hub, "set-prices", ["list": "opening", "valid_from": 1, "prices": .list(prices)]) {
            self.answers.append($0)
        }
    }

    func check(_ snapshot: Snapshot) throws {
        let found = try snapshot.integer("SELECT count(*) FROM price") ?? 0
        guard found != 0, found != Int64(lines) else { return }
        throw Broken(
            expected: "all \(lines) prices, or none",
            found: "\(found)",
            subject: "the list at \(snapshot.node)"
        )
    }

    func judge(_ stage: Stage) throws {
        try stage.demand(
            answers.count == parts && answers.allSatisfy { $0.value != nil },
            "the list is set",
            found: "\(answers)"
        )
        try stage.expect(
            "every store has the whole list",
            "SELECT count(*), sum(amount) FROM price",
            [["\(lines)", "\((0..<lines).reduce(0) { $0 + 100 + $1 })"]]
        )
    }
}
