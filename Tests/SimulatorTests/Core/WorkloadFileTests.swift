import Simulator
import Testing

/// Files that say what clients do.
@Suite struct WorkloadFileTests {
    private func failure(_ text: String) -> WorkloadFile.Failure? {
        do {
            _ = try WorkloadFile.mix(text)
            return nil
        } catch { return error }
    }

    @Test("Rates are times a day and store, in parts too, and what is not named does not happen")
    func rates() throws {
        let mix = try WorkloadFile.mix("products: 40\nsales: 350   # a busy day\nreceipts: 2.5\n")
        #expect(mix.products == 40 && mix[.sales] == 350_000 && mix[.receipts] == 2_500 && mix[.counts] == 0)
    }

    @Test(
        "A mistake is told with its line",
        arguments: [
            ("sales: 10\nsells: 3\n", 2, "'sells' is unknown"), ("sales: -1\n", 1, "sales is a number"),
            ("sales: many\n", 1, "sales is a number"), ("sales: 1\nproducts: 0\n", 2, "products is a whole number"),
            ("sales: 0\n", 0, "nothing happens"), ("- sales\n", 1, "a mapping"), ("a: [", 0, "no YAML"),
        ]
    )
    func mistakes(_ text: String, _ line: Int, _ what: String) {
        guard let told = failure(text) else {
            Issue.record("no failure")
            return
        }
        #expect(told.line == line && told.what.contains(what), "\(told)")
    }

    @Test("Every act has a name and a sentence, and a usual day has some of each")
    func usual() {
        let mix = RetailMix(sales: 200)
        for act in RetailMix.Act.allCases { #expect(mix[act] > 0 && !act.says.isEmpty) }
    }
}
