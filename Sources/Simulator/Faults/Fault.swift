/// What can go wrong in a run, by the names of `--faults`.
public enum Fault: String, Hashable, Sendable, CaseIterable {
    // Network
    case cut
    case hubCut = "hub-cut"
    case oneWay = "one-way"
    case flap
    case slow
    case reset
    case halfOpen = "half-open"
    case deaf
    case garbage
    case replay
    // Processes
    case kill
    case killHub = "kill-hub"
    case killInside = "kill-inside"
    case pause
    case pauseHub = "pause-hub"
    case stop
    case stopHub = "stop-hub"
    // Disks
    case powerLoss = "power-loss"
    case powerLossHub = "power-loss-hub"
    case fullDisk = "full-disk"
    case diskError = "disk-error"
    // Clocks
    case clockJump = "clock-jump"
    case clockDrift = "clock-drift"
    case clockDead = "clock-dead"

    public var says: String {
        switch self {
        case .cut: "one store's line is cut, for seconds or hours, and healed"
        case .hubCut: "all lines are cut, and healed"
        case .oneWay: "one direction of a line is cut"
        case .flap: "a line comes and goes"
        case .slow: "a line is slow, long and uneven"
        case .reset: "a connection breaks at any byte"
        case .halfOpen: "a connection breaks, and one end does not learn of it"
        case .deaf: "connections are accepted, and nobody answers"
        case .garbage: "bytes that no node sent come in"
        case .replay: "a connection's bytes come a second time"
        case .kill: "kill -9 of a store's daemon"
        case .killHub: "kill -9 of the hub's daemon"
        case .killInside: "kill -9 between two writes to the disk, of a daemon or an application"
        case .pause: "a store's daemon stands still (SIGSTOP)"
        case .pauseHub: "the hub's daemon stands still"
        case .stop: "a store's daemon is stopped in order, and started again"
        case .stopHub: "the hub's daemon is stopped in order, and started again"
        case .powerLoss: "a store loses power: what was not synced is lost wholly, partly or out of order"
        case .powerLossHub: "the hub loses power"
        case .fullDisk: "a disk is full for a while"
        case .diskError: "reads, writes or syncs fail"
        case .clockJump: "a store's clock jumps, by up to days, both ways"
        case .clockDrift: "a store's clock is too fast or too slow"
        case .clockDead: "a store's clock says 1970"
        }
    }

    /// The core keeps every promise under these; `--faults all`.
    public static let handled = allCases

    /// What the core does not handle yet, or the simulator does not do yet; named by `linli sim --help`.
    public static let notModelled = [
        "bit flips", "lost disks", "restored backups", "clones", "a restored hub", "freezing and retiring",
        "hostile stores", "schema versions",
    ]

    /// Faults of one kind that are drawn together in a swarm.
    public enum Kind: String, Hashable, Sendable, CaseIterable { case network, process, disk, clock }

    public var kind: Kind {
        switch self {
        case .cut, .hubCut, .oneWay, .flap, .slow, .reset, .halfOpen, .deaf, .garbage, .replay: .network
        case .kill, .killHub, .killInside, .pause, .pauseHub, .stop, .stopHub: .process
        case .powerLoss, .powerLossHub, .fullDisk, .diskError: .disk
        case .clockJump, .clockDrift, .clockDead: .clock
        }
    }

    /// Short enough to strike in the middle of something.
    var isQuick: Bool {
        switch self {
        case .reset, .halfOpen, .kill, .killHub, .killInside, .pause, .pauseHub, .powerLoss, .powerLossHub, .garbage,
            .flap:
            true
        default: false
        }
    }

    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
