import ChangeLog
import SyncSession

/// What all parts of one run share: its time, its seed, its lines, and what happened.
final class World {
    let seed: UInt64
    let queue = EventQueue()
    let trace: Trace
    let network: Network
    var counts = RunCounts()
    var disturbances: Disturbances
    /// The first promise that was broken; the run ends with it.
    private(set) var violation: (invariant: Invariant, node: NodeName, Broken)?
    /// Faults that make a session break the protocol, or a replica fail, are allowed to be there.
    var tolerance = Tolerance()
    /// What the hub has merged.
    var hubAccount = HubAccount()
    /// Between two rounds of the trade at a daemon; nil: the trade has none.
    var tradeRoundMilliseconds: Int64?
    /// A mistake that the shells make on purpose.
    let planted: PlantedFault?
    let opensAnew: Bool

    init(seed: UInt64, stores: Int, planted: PlantedFault? = nil, opensAnew: Bool = false) {
        self.seed = seed
        self.opensAnew = opensAnew
        self.planted = planted
        trace = Trace(queue: queue)
        disturbances = Disturbances(stores: stores)
        network = Network(seed: seed, stores: stores, queue: queue)
    }

    var now: Int64 { queue.now }

    private var boxes = 0

    /// The number of one more box.
    func takeBox() -> Int {
        boxes += 1
        return boxes
    }

    func chance(_ stream: String) -> Chance { Chance(seed: seed, stream: stream) }

    func broken(_ invariant: Invariant, at node: NodeName, _ broken: Broken) {
        if violation == nil { violation = (invariant, node, broken) }
    }
}

/// What the faults at work excuse.
struct Tolerance {
    /// Someone puts bytes on the lines that no node sent.
    var strangeBytes = false
    /// Disks fail.
    var brokenDisks = false
    /// Replicas are copied, or set back to an older time.
    var copies = false
    /// Stores are retired.
    var retirement = false

    /// Whether a session may end for this reason although nobody broke the protocol.
    func excuses(_ error: SessionError) -> Bool {
        switch error {
        case .fault, .noCommonVersion, .doesNotFit: false
        case .siteIsBehind, .outboxLacks, .siteDiffers: copies
        case .schemaIsBehind: false
        case .ended(let bye), .refused(let bye), .peerEnded(let bye):
            switch bye.code {
            case .forked: copies
            case .retired: retirement
            case .protocolError, .version: false
            default: true
            }
        case .handshakeTimedOut, .silent: true
        }
    }
}

/// What a run did, in numbers.
public struct RunCounts: Hashable, Sendable {
    public var writes = 0
    public var refusedWrites = 0
    public var unansweredWrites = 0
    public var changesets = 0
    public var operations = 0
    public var conflicts = 0
    public var quarantined = 0
    public var checkpoints = 0
    public var sessions = 0
    /// By the hub's rounds of the trade.
    public var ordersTakenOver = 0
    public var sharesMoved = 0
    /// By invariant, in the order of `Invariant.allCases`.
    public var checks = [Int](repeating: 0, count: Invariant.allCases.count)
    /// By fault, in the order of `Fault.allCases`.
    public var faults = [Int](repeating: 0, count: Fault.allCases.count)

    mutating func checked(_ invariant: Invariant) { checks[invariant.place] += 1 }
    mutating func injected(_ fault: Fault) { faults[fault.place] += 1 }
}
