import SplitMix
import Retail
import Testing

@Suite("Values of the trade")
struct ValueTests {
    @Test(
        "A GTIN of 8, 12, 13 or 14 digits is kept as 14",
        arguments: [
            ("96385074", "00000096385074"), ("036000291452", "00036000291452"), ("6901234567892", "06901234567892"),
            ("4006381333931", "04006381333931"), ("10012345678902", "10012345678902"),
        ]
    )
    func gtin(text: String, digits: String) throws { #expect(try GTIN(text).digits == digits) }

    @Test(
        "A GTIN with any one digit wrong, or two neighbours swapped by other than five, is refused",
        arguments: ["6901234567892", "96385074", "10012345678902"]
    )
    func wrongDigits(text: String) throws {
        let digits = Array(text)
        for place in digits.indices {
            for other in "0123456789" where other != digits[place] {
                var wrong = digits
                wrong[place] = other
                #expect(throws: RetailError.self) { try GTIN(String(wrong)) }
            }
        }
        for text in ["", "690123456789", "69012345678901234", "690123456789２", "69012 4567892", "-901234567892"] {
            #expect(throws: RetailError.self) { try GTIN(text) }
        }
    }

    @Test("Prefixes say where a number means something")
    func prefixes() throws {
        #expect(try GTIN("6901234567892").isOfMainlandChina)
        #expect(try !GTIN("4006381333931").isOfMainlandChina)
        #expect(try GTIN("2112345012346").isInStore)
        #expect(try !GTIN("6901234567892").isInStore)
    }

    @Test("A weighed code gives product, printed price and weight by the store's own templates")
    func weighed() throws {
        let price = try WeighedCode(templates: "2FPPPPPVVVVVC")
        #expect(try price.read("2112345012346") == .init(product: "12345", amount: Money(fen: 1234), weight: nil))
        #expect(try price.read("6901234567892") == nil)
        let weight = try WeighedCode(templates: "02PPPPPWWWWW, 2FPPPPPWWWWWC")
        #expect(
            try weight.read("2112345012346")
                == .init(product: "12345", amount: nil, weight: Quantity(thousandths: 1234))
        )
        #expect(try weight.read("021234500500")?.weight == Quantity(thousandths: 500))
        let both = try WeighedCode(templates: "26PPPPPVVVVVWWWWWC")
        #expect(
            try both.read("261234501990015000")
                == .init(product: "12345", amount: Money(fen: 1990), weight: Quantity(thousandths: 1500))
        )
        #expect(throws: RetailError.self) { try price.read("2112345012345") }
        for template in ["PPPPPVVVVVC", "2FPPPPPC", "2FVVVVVC", "2FPPPPPVVVVVCF", "2FPPPPPVVVVVX"] {
            #expect(throws: RetailError.self, "\(template)") { try WeighedCode(templates: template) }
        }
    }

    @Test("Money and quantities are rounded half up, away from zero, and never trap")
    func rounding() throws {
        #expect(Money(fen: 333).price(of: Quantity(thousandths: 1500)) == Money(fen: 500))
        #expect(Money(fen: 1).price(of: Quantity(thousandths: 499)) == Money(fen: 0))
        #expect(Money(fen: 1).price(of: Quantity(thousandths: -500)) == Money(fen: -1))
        #expect(Money(fen: 333).less(percent: 50) == Money(fen: 167))
        #expect(Money(fen: 333).less(percent: 0) == Money(fen: 333))
        #expect(Money(fen: 1990).quantity(at: Money(fen: 1327)) == Quantity(thousandths: 1500))
        #expect(Money(fen: 1990).quantity(at: Money(fen: 0)) == nil)
        for extreme in [Int64.min, .max, -1, 0, 1] {
            _ = Money(fen: extreme).price(of: Quantity(thousandths: extreme))
            _ = Money(fen: extreme).less(percent: extreme == .min ? 0 : 37)
            _ = Money(fen: extreme).quantity(at: Money(fen: extreme))
            _ = "\(Money(fen: extreme)) \(Quantity(thousandths: extreme))"
        }
        #expect("\(Money(fen: -5)) \(Money(fen: 1230)) \(Quantity(thousandths: 1500))" == "-0.05 12.30 1.500")
    }

    @Test("A business day is the store's own: by its zone, and from the hour that its days begin")
    func days() throws {
        let shanghai = try BusinessDay.Reckoning(timeZone: "Asia/Shanghai", startsMinute: 0)
        // 2026-11-21T16:00:00Z is midnight in Shanghai.
        #expect(shanghai.day(of: 1_795_276_800_000).description == "20261122")
        #expect(shanghai.day(of: 1_795_276_799_999).description == "20261121")
        let late = try BusinessDay.Reckoning(timeZone: "Asia/Shanghai", startsMinute: 240)
        #expect(late.day(of: 1_795_276_800_000).description == "20261121")
        #expect(shanghai.minute(of: 1_795_276_800_000 + 90_000) == 1)
        let interval = try #require(late.interval(of: BusinessDay("2026-11-21")))
        #expect(late.day(of: interval.lowerBound).description == "20261121")
        #expect(late.day(of: interval.upperBound).description == "20261122")
        #expect(late.day(of: interval.lowerBound - 1).description == "20261120")
        for moment in [Int64.min, -1, 0, .max] { _ = late.day(of: moment).description }
        #expect(shanghai.day(of: -1).description == "19700101")
        for text in ["20260230", "2026", "20261301", "2026112a", "99999999999"] {
            #expect(throws: RetailError.self, "\(text)") { try BusinessDay(text) }
        }
        #expect(throws: RetailError.self) { try BusinessDay.Reckoning(timeZone: "Asia/Nowhere", startsMinute: 0) }
    }

    @Test("A business day of a zone with summer time follows it")
    func summerTime() throws {
        let berlin = try BusinessDay.Reckoning(timeZone: "Europe/Berlin", startsMinute: 0)
        // 2026-07-01T22:30:00Z is the 2nd there, 2026-12-01T22:30:00Z still the 1st.
        #expect(berlin.day(of: 1_782_945_000_000).description == "20260702")
        #expect(berlin.day(of: 1_796_164_200_000).description == "20261201")
    }

    @Test("Codes, keys and references take what their readers take")
    func codes() throws {
        var random = SplitMix64(seed: 3)
        let drawn = (0..<500).map { _ in PickupCode(using: &random).description }
        #expect(drawn.allSatisfy { $0.utf8.count == 6 } && Set(drawn).count > 490)
        #expect(try PickupCode("123 456").description == "123456")
        for text in ["12345", "12345a", "1234567890123"] { #expect(throws: RetailError.self) { try PickupCode(text) } }
        _ = try PaymentReference("wx_2026-11|21*a")
        for text in ["", "with blank", String(repeating: "a", count: 33), "é"] {
            #expect(throws: RetailError.self) { try PaymentReference(text) }
        }
        for text in ["", "a b", String(repeating: "k", count: 65), "键"] {
            #expect(throws: RetailError.self) { try IdempotencyKey(text) }
        }
    }
}
