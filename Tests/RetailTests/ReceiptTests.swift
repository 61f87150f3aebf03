import ChangeLog
import Testing

@Suite("Receipt numbers")
struct ReceiptTests {
    @Test("Each number is taken once, and a replica restored from yesterday's backup takes none again")
    func unique() throws {
        let shop = try Shop.store()
        for number in 0..<5 { try shop.sell("s\(number)", "tea", 1000) }
        #expect(try shop.rows("SELECT receipt FROM sale LIMIT 1").count == "north-abcdef-20260101-000001".count)
        let receipts = try shop.rows("SELECT receipt FROM sale").split(separator: ";")
        #expect(Set(receipts).count == 5)
        // The backup knows nothing of these sales, but it is later now.
        let restored = try Shop.store()
        let last = try shop.number("SELECT max(receipt_number) FROM sale")
        let deadline = ContinuousClock.now + .seconds(10)
        while try restored.number("SELECT receipt_number FROM next_receipt") <= last, ContinuousClock.now < deadline {
            continue
        }
        try restored.sell("t", "tea", 1000)
        let next = try restored.rows("SELECT receipt FROM sale")
        #expect(!receipts.contains(Substring(next)), "\(next) of \(receipts)")
    }
}
