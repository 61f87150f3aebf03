import ChangeLog
import SyncSession

/// A row of the small world: its key names the place where it lives.
struct Fact: Hashable, Sendable {
    /// nil: deleted.
    var value: Int64?
    var key: Key

    /// `place` is a scope of the hub (see `Place`).
    struct Key: Hashable, Sendable {
        var place: Int
        var name: Int
    }
}

/// The hub's scopes, by number: the network, the one region, then two a store.
enum Place {
    static let network = 0
    static let region = 1

    static func store(_ store: Int) -> Int { 2 + 2 * store }
    static func answers(_ store: Int) -> Int { 3 + 2 * store }

    static func of(_ scope: FeedScope, store: Int) -> Int {
        switch scope {
        case .network: network
        case .region: region
        case .store: self.store(store)
        case .answers: answers(store)
        }
    }

    /// The scope of this store's feed that the place is; nil when the store does not receive it.
    static func scope(of place: Int, store: Int) -> FeedScope? {
        switch place {
        case network: .network
        case region: .region
        case self.store(store): .store
        case answers(store): .answers
        default: nil
        }
    }
}

/// What a chunk or a part of a changeset holds in the small world: numbers, eight bytes each.
struct Letter {
    var numbers: [Int64]

    var bytes: [UInt8] {
        var out = ByteWriter()
        for number in numbers { out.fixed64(UInt64(bitPattern: number)) }
        return out.bytes
    }

    init(_ head: [Int64], _ facts: [Fact]) {
        numbers = head + [Int64(facts.count)]
        for fact in facts { numbers += [Int64(fact.key.place), Int64(fact.key.name), fact.value ?? .min] }
    }

    init(_ bytes: [UInt8]) {
        numbers = stride(from: 0, to: bytes.count - 7, by: 8).map { at in
            Int64(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) })
        }
    }

    func facts(after head: Int) -> [Fact] {
        (0..<Int(numbers[head])).map { fact in
            let at = head + 1 + 3 * fact
            let key = Fact.Key(place: Int(numbers[at]), name: Int(numbers[at + 1]))
            return Fact(value: numbers[at + 2] == .min ? nil : numbers[at + 2], key: key)
        }
    }
}

/// What was seen to go wrong in a world.
final class Verdict {
    private(set) var faults: [String] = []

    func require(_ isSo: Bool, _ otherwise: @autoclosure () -> String) {
        if !isSo, faults.count < 8 { faults.append(otherwise()) }
    }
}
