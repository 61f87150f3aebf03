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
    // People
    case hostile
    case vendor
    case freeze
    // More of the network, of disks, and of load
    case regionCut = "region-cut"
    case overtake
    case diskLost = "disk-lost"
    case herd
    case backlog
    // Replicas, and more of people
    case restored
    case cloned
    case hubRestored = "hub-restored"
    case retire
    case reclaim
    case schema
    case bitFlip = "bit-flip"

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
        case .hostile: "a store writes, around its triggers, what it may not"
        case .vendor: "a vendor's program writes rows that no check allows"
        case .freeze: "an operator freezes a store, and thaws it"
        case .regionCut: "all lines of a region are cut, and healed"
        case .overtake: "what an old connection still carries arrives after the next one began"
        case .diskLost: "a store's disk is lost; it joins again on an empty one"
        case .herd: "all stores lose power, and return at one instant"
        case .backlog: "a store is cut off, sells a month's sales, and returns"
        case .restored: "a store's files are set back to an older image of them, perhaps of a disk that was lost"
        case .cloned: "a store's machine is copied, and both run and sell"
        case .hubRestored: "the hub's disk is lost, and its last backup put in its place"
        case .retire: "an operator retires a store for good, with or without its rights"
        case .reclaim: "an operator takes back the rights of a store that is away; it joins again"
        case .bitFlip: "a bit of a store's files is another one; the operator replaces the disk"
        case .schema: "a version of the schema is rolled out, whoever is away"
        }
    }

    /// Faults of one kind that are drawn together in a swarm.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case network, process, disk, clock, replica, people, load
    }

    public var kind: Kind {
        switch self {
        case .cut, .hubCut, .regionCut, .oneWay, .flap, .slow, .reset, .halfOpen, .overtake, .deaf, .garbage, .replay:
            .network
        case .kill, .killHub, .killInside, .pause, .pauseHub, .stop, .stopHub: .process
        case .powerLoss, .powerLossHub, .fullDisk, .diskError, .bitFlip: .disk
        case .diskLost, .restored, .cloned, .hubRestored: .replica
        case .clockJump, .clockDrift, .clockDead: .clock
        case .hostile, .vendor, .freeze, .retire, .reclaim, .schema: .people
        case .herd, .backlog: .load
        }
    }

    /// Whom it disturbs: one store, or, when it strikes the hub or may, all.
    var isOfOneStore: Bool {
        switch self {
        case .cut, .oneWay, .flap, .slow, .reset, .halfOpen, .deaf, .garbage, .replay, .kill, .pause, .stop, .powerLoss,
            .clockJump, .clockDrift, .clockDead, .hostile, .vendor, .freeze, .overtake, .diskLost, .backlog, .restored,
            .cloned, .retire, .reclaim:
            true
        default: false
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
