import SplitMix
import FoundationEssentials

/// One seeded run of a fuzzer: how many inputs, from which seed, and what memory it may take.
///
///     LINLI_FUZZ=2000000 LINLI_SEED=7 swift test --filter FrameFuzzTests
///
/// Law: the same seed gives the same inputs, on every machine. Without LINLI_FUZZ a run is short, without LINLI_SEED its
/// seed is drawn; both are printed.
public struct FuzzRun: RandomNumberGenerator {
    /// More than this a run must not take beyond what there was at its beginning, whatever the inputs are.
    public static let memoryBytesMax = 128 * 1_024 * 1_024

    public let target: String
    public let inputs: Int
    public let seed: UInt64
    private var source: SplitMix64
    private let memoryAtStart: Int

    /// - Parameter short: how many inputs, unless the environment says.
    public init(_ target: String, short: Int) {
        let environment = ProcessInfo.processInfo.environment
        self.target = target
        inputs = environment["LINLI_FUZZ"].flatMap { Int($0) } ?? short
        seed = environment["LINLI_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...9_999_999)
        source = SplitMix64(seed: seed)
        memoryAtStart = Self.memoryPeak
    }

    public mutating func next() -> UInt64 { source.next() }

    public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    public mutating func one(in chances: Int) -> Bool { below(chances) == 0 }

    public mutating func pick<T>(_ of: [T]) -> T { of[below(of.count)] }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A few bytes flipped, cut, doubled or put in.
    public mutating func mutated(_ good: [UInt8]) -> [UInt8] {
        var bytes = good
        for _ in 0...below(3) {
            guard !bytes.isEmpty else { return self.bytes(below(9)) }
            let place = below(bytes.count)
            switch below(8) {
            case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
            case 2: bytes[place] = pick([0x00, 0x01, 0x7f, 0x80, 0xff])
            case 3: bytes.removeSubrange(place..<min(place + 1 + below(9), bytes.count))
            case 4: bytes.insert(contentsOf: self.bytes(1 + below(9)), at: place)
            case 5: bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: 9) + [0x01], at: place)
            case 6: bytes.append(contentsOf: bytes[place...].prefix(50))
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    /// Says what was run.
    ///
    /// - Returns: bytes by which the process's greatest memory grew.
    public func finish(read: Int) -> Int {
        let grown = Self.memoryPeak - memoryAtStart
        print("fuzz \(target): \(inputs) inputs, \(read) of them read, seed \(seed), \(grown / 1_024) KiB more memory")
        return grown
    }

    /// The process's greatest resident memory so far, in bytes.
    private static var memoryPeak: Int {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return 0 }
        let lines = String(decoding: Array(status), as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(separator: " ").compactMap { Int($0) }.first
        return (kibibytes ?? 0) * 1_024
    }
}
