import ChangeLog
import NIOCore
import SplitMix
import SyncSession

/// SplitMix64: small, and the same on every machine, so that a seed names a run.
struct Luck: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func once(in n: Int) -> Bool { int(1...n) == 1 }

    mutating func pick<T>(_ of: [T]) -> T { of[int(0...of.count - 1)] }

    mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<int(count)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// Near one of the ends, or anywhere between.
    mutating func bounded(_ range: ClosedRange<Int>) -> Int {
        switch int(0...3) {
        case 0: range.lowerBound
        case 1: range.upperBound
        case 2: range.lowerBound + int(0...Swift.min(range.upperBound - range.lowerBound, 100))
        default: int(range)
        }
    }

    mutating func position() -> Position { Position(Int64(bounded(0...Int.max))) }
    mutating func wall() -> Int64 { pick([.min, -1, 0, 1_700_000_000_000, .max]) }
    mutating func nonzero() -> UInt64 { pick([1, .max, next() | 1]) }
    mutating func ordinal() -> Int { bounded(1...Int(Int32.max)) }
    mutating func changeset(from least: Int) -> ChangesetNumber { ChangesetNumber(Int64(bounded(least...Int.max))) }
    mutating func cursor() -> Cursor { once(in: 3) ? .start : Cursor(epoch: Epoch(nonzero()), position: position()) }
    mutating func text() -> String { pick(["", "linli 1.0.0", "邻里 南京", String(repeating: "x", count: 63)]) }
    mutating func name() -> String { pick(["corner", "邻里 南京", String(repeating: "x", count: 63)]) }
    mutating func store() -> NodeName { pick(Samples.stores) }

    mutating func stamp() -> Stamp {
        Stamp(milliseconds: Int64(bounded(0...Int(Stamp.millisecondsMax))), counter: UInt16(int(0...65_535)))
    }

    mutating func hash() -> ChangesetHash {
        once(in: 4) ? .none : ChangesetHash(bytes(32...32)) ?? .none
    }

    mutating func limits() -> Limits {
        Limits(
            frameBytesMax: bounded(Limits.frameBytesLeast...Int(Int32.max)),
            pushWindowBytes: ordinal(),
            feedWindowBytes: ordinal()
        )
    }

    /// A few bytes flipped, cut, doubled or put in.
    mutating func mutated(_ payload: [UInt8]) -> [UInt8] {
        var bytes = payload
        for _ in 0..<int(1...4) {
            guard !bytes.isEmpty else { return self.bytes(0...8) }
            let place = int(0...bytes.count - 1)
            switch int(0...6) {
            case 0: bytes[place] ^= 1 << UInt8(int(0...7))
            case 1: bytes[place] = pick([0x00, 0x7f, 0x80, 0xff])
            case 2: bytes.removeSubrange(place..<Swift.min(place + int(1...9), bytes.count))
            case 3: bytes.insert(contentsOf: self.bytes(1...9), at: place)
            case 4: bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: 9) + [0x01], at: place)
            case 5: bytes.append(contentsOf: bytes[place...].prefix(50))
            default: bytes.replaceSubrange(place..<Swift.min(place + 3, bytes.count), with: self.bytes(3...3))
            }
        }
        return bytes
    }
}

enum Samples {
    static let stores: [NodeName] = ["nanjing-3", "a", String(repeating: "z", count: 63)].map {
        guard let name = NodeName($0) else { preconditionFailure("a sample that is no name") }
        return name
    }
}
