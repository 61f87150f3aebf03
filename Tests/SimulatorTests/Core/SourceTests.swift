import Simulator
import Testing

extension WholeRuns { @Suite(.serialized) struct SourceTests {} }

/// Runs on what a file says: rates, real sales, somebody's schema.
extension WholeRuns.SourceTests {
    private func plan(seed: UInt64, _ source: SimulationPlan.Source) -> SimulationPlan {
        var plan = SimulationPlan(seed: seed)
        plan.source = source
        plan.stores = 2
        plan.days = 0.05
        plan.daily = 2_000
        plan.faultMeanMilliseconds = 300_000
        return plan
    }

    private static let replay = SalesReplay(
        (0..<240).map { number in
            SalesReplay.Basket(
                id: "b\(number)",
                store: "s\(number % 3)",
                lines: (0...number % 3).map { line in
                    SalesReplay.Line(
                        sku: "p\((number + line) % 7)",
                        quantity: Int64(1_000 * line),
                        amount: Int64(number)
                    )
                }
            )
        }
    )

    @Test("A file's sales come out as the file says, under every fault")
    func sales() throws {
        for seed in UInt64(1)...3 {
            let report = try Simulation(plan(seed: seed, .sales(Self.replay, path: "sales.csv"))).run()
            #expect(report.violation == nil, "seed \(seed): \(String(describing: report.violation))")
            #expect(report.counts.writes >= 240, "seed \(seed)")
        }
    }

    @Test("A sale of the file that its till was told of, and that is nowhere, is missed")
    func missed() throws {
        var plan = plan(seed: 1, .sales(Self.replay, path: "sales.csv"))
        plan.faults = []
        plan.planted = .lostCommit
        let violation = try #require(try Simulation(plan).run().violation)
        #expect(violation.invariant == "nothing-lost" && violation.subject.hasPrefix("sales of p"), "\(violation)")
    }

    @Test("Somebody's schema, with every merge rule and scope, converges under every fault")
    func schema() throws {
        for seed in UInt64(1)...3 {
            let report = try Simulation(plan(seed: seed, .schema(Self.document, path: "s.yaml"))).run()
            #expect(report.violation == nil, "seed \(seed): \(String(describing: report.violation))")
            #expect(report.counts.operations > 20, "seed \(seed)")
        }
    }

    @Test("A file of rates decides what happens")
    func mix() throws {
        let mix = try WorkloadFile.mix("counts: 400\nprice_changes: 200\n")
        var plan = plan(seed: 4, .mix(mix, path: "counts.yaml"))
        plan.faults = []
        let report = try Simulation(plan).run()
        #expect(report.violation == nil && report.counts.conflicts == 0)
        #expect((30...120).contains(report.counts.writes - 41), "\(report.counts.writes) writes")
    }

    private static let document = """
        schema: somebody
        version: 1
        currency: CNY
        tables:
          shelf:
            scope: {region: area}
            writer: any
            key: [area, number]
            columns:
              area:   {type: text}
              number: {type: integer}
              word:   {type: text}
              first:  {type: time, merge: first}
              most:   {type: integer, merge: max}
              least:  {type: integer, merge: min}
              count:  {type: integer, merge: counter}
              kind:   {type: text, default: "dry", check: "kind IN ('dry', 'cold')"}
          till:
            scope: {store: shop}
            writer: store
            key: [shop, id]
            columns:
              shop:  {type: text}
              id:    {type: text}
              float: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 20}}
          slip:
            scope: {store: shop}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:   {type: id}
              shop: {type: text}
              paid: {type: boolean}
          box:
            scope: {store: shop}
            writer: any
            key: [id]
            columns:
              id:   {type: id}
              shop: {type: text}
              seal: {type: blob}
          item:
            scope: {parent: box, by: box_id}
            writer: any
            key: [box_id, line]
            columns:
              box_id: {type: text}
              line:   {type: integer}
              what:   {type: text}
        """
}
