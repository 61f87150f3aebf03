import ChangeLog

/// Everything that happened in a run: counted, hashed, the latest of it kept, and all of it handed to whoever listens.
///
/// Law: two runs with one hash were the same run.
final class Trace {
    private static let keptMax = 50_000

    private let queue: EventQueue
    /// FNV-1a of all happenings, in order.
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    private(set) var count = 0
    private var kept: [Happening] = []
    private var oldest = 0
    var listener: ((Happening) -> Void)?

    init(queue: EventQueue) { self.queue = queue }

    /// - Parameter copy: which copy of the node it is; nil for the node itself.
    func note(_ node: NodeName, copy: Int? = nil, _ what: Happening.What) {
        let happening = Happening(at: queue.now, node: node, copy: copy, what: what)
        count += 1
        mix(UInt64(bitPattern: happening.at))
        mix(node.text)
        mix(happening)
        if kept.count < Self.keptMax {
            kept.append(happening)
        } else {
            kept[oldest] = happening
            oldest = (oldest + 1) % Self.keptMax
        }
        listener?(happening)
    }

    /// The latest happenings, the oldest first.
    var recent: [Happening] { Array(kept[oldest...] + kept[..<oldest]) }

    /// Takes a number of the run's state into the hash, as a node's digest at its end.
    func mix(_ number: UInt64) {
        var rest = number
        for _ in 0..<8 {
            hash = (hash ^ (rest & 0xff)) &* 0x100_0000_01b3
            rest >>= 8
        }
    }

    func mix(_ text: String) {
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        mix(UInt64(text.utf8.count))
    }

    private func mix(_ happening: Happening) {
        mix(happening.name)
        switch happening.what {
        case .started, .stopped, .killed, .powerLost, .paused, .resumed: break
        case .failed(let why), .connected(let why), .disconnected(let why), .fault(let why), .healed(let why),
            .traded(let why):
            mix(why)
        case .committed(let write), .unanswered(let write): mix(UInt64(write))
        case .refused(let write, let why):
            mix(UInt64(write))
            mix(why)
        case .sealed(let number), .acknowledged(let number): mix(UInt64(number))
        case .merged(let site, let number):
            mix(site.raw)
            mix(UInt64(number))
        case .forked(let site, let kept):
            mix(site.raw)
            mix(UInt64(kept))
        case .applied(let position, let included, _):
            mix(UInt64(position))
            mix(UInt64(included))
        }
    }
}
