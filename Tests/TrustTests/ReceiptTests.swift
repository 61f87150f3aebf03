import ChangeLog
import FoundationEssentials
import Testing

@testable import Trust

@Suite("A receipt")
struct ReceiptTests {
    private let network: Network
    private let hub: NodeCredentials
    private let north: NodeCredentials

    init() throws {
        network = try Network()
        hub = try network.hub()
        north = try network.store("north")
    }

    private func headers(_ count: Int64) -> [ChangesetHeader] {
        var headers: [ChangesetHeader] = []
        var previous = ChangesetHash.none
        for number in 7..<7 + count {
            let header = ChangesetHeader(
                site: SiteID(0xabc),
                number: ChangesetNumber(number),
                previous: previous,
                base: Cursor(epoch: Epoch(3), position: Position(40)),
                schemaVersion: 1,
                stampMax: Stamp(milliseconds: Network.now + number),
                segments: 1,
                operations: 2,
                bytes: 60,
                bodyHash: ReceiptHeader.hash(of: headers.first ?? ChangesetHeader.nothing)
            )
            headers.append(header)
            previous = ReceiptHeader.hash(of: header)
        }
        return headers
    }

    private func receipt(_ count: Int64 = 3) throws -> Receipt {
        let headers = headers(count)
        let last = ReceiptHeader.hash(of: try #require(headers.last))
        return try Receipt(
            network: "corner",
            store: north.certificate.node,
            receivedAt: Network.now,
            headers: headers,
            proof: ChangesetProof(signature: north.key.sign(last), certificate: north.certificate.der),
            hub: hub
        )
    }

    private func json(_ receipt: Receipt) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(receipt))
    }

    @Test("holds on its own, and says who, what and when", arguments: [1, 3])
    func holds(count: Int64) throws {
        let facts = try ReceiptCheck.check(json(receipt(count)))
        #expect(facts.store.text == "north")
        #expect(facts.site == SiteID(0xabc))
        #expect(facts.number == ChangesetNumber(7))
        #expect(facts.hash == ReceiptHeader.hash(of: headers(1)[0]))
        #expect(facts.receivedAt == Network.now)
        #expect(facts.authority == network.authority.certificate.fingerprint)
        _ = try ReceiptCheck.check(json(receipt(count)), authority: network.authority.certificate)
    }

    @Test("of another network is refused when the reader knows whom to trust")
    func otherAuthority() throws {
        let other = try Network()
        #expect(throws: ReceiptFault.self) {
            try ReceiptCheck.check(json(receipt()), authority: other.authority.certificate)
        }
    }

    @Test("does not hold when anything in it was changed")
    func changed() throws {
        let good = try receipt()
        let south = try network.store("south")
        let changes: [(String, (inout Receipt) throws -> Void)] = [
            ("store", { $0.store = "south" }), ("network", { $0.network = "elsewhere" }),
            ("site", { $0.site = SiteID(0xabd).description }), ("number", { $0.number = 8 }),
            ("hash", { $0.hash = String(repeating: "0", count: 64) }), ("time", { $0.receivedMilliseconds += 1 }),
            ("an operation more", { $0.headers[0].operations += 1 }), ("a later header", { $0.headers[1].bytes += 1 }),
            ("a header gone", { $0.headers.remove(at: 1) }), ("no headers", { $0.headers = [] }),
            ("a negative number", { $0.headers[0].number = -1 }), ("an odd digit", { $0.signature += "0" }),
            ("another's certificate", { $0.certificate = south.certificate.pem }),
            ("a store for the hub", { $0.hubCertificate = south.certificate.pem }),
            ("another authority", { $0.authority = try Network().authority.certificate.pem }),
            ("the hub's signature", { $0.hubSignature = $0.signature }),
            ("another format", { $0.format = "linli receipt 2" }),
        ]
        for (what, change) in changes {
            var receipt = good
            try change(&receipt)
            #expect(throws: ReceiptFault.self, "\(what)") { try ReceiptCheck.check(json(receipt)) }
        }
    }

    @Test("whose file has one byte flipped holds no more, or says the same")
    func flipped() throws {
        let good = try json(receipt(1))
        let facts = try ReceiptCheck.check(good)
        var luck = Luck(seed: 99)
        for _ in 0..<300 {
            var bytes = good
            bytes[Int.random(in: bytes.indices, using: &luck)] ^= 1 << UInt8.random(in: 0..<8, using: &luck)
            do { #expect(try ReceiptCheck.check(bytes) == facts, "seed 99") } catch {
                #expect("\(error)".contains("; "))
            }
        }
    }
}

extension ChangesetHeader {
    fileprivate static let nothing = ChangesetHeader(
        site: SiteID(1),
        number: .none,
        previous: .none,
        base: .start,
        schemaVersion: 1,
        stampMax: .zero,
        segments: 0,
        operations: 0,
        bytes: 0,
        bodyHash: .none
    )
}
