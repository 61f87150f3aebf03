import Replica
import SyncSession
public import Transport

/// `linli quarantine settle` and `linli conflicts --settle`, at the hub.
public struct HubSettling: Sendable {
    let directory: String

    public init(directory: String) { self.directory = directory }

    /// With no daemon running. The caller holds the directory's lock.
    public func settleAtRest(_ settlement: Settlement) throws -> SettledLines {
        let replica = try HubFounding.open(directory: directory)
        let settled = try Self.settle(settlement, in: replica)
        try replica.close()
        return settled
    }

    /// - Throws: `ControlRefusal` when there is no such line, it is settled otherwise, or its change cannot be made.
    static func settle(_ settlement: Settlement, in replica: HubReplica) throws -> SettledLines {
        let (line, now) = (settlement.line, Moment.now.wallMilliseconds)
        let (settling, how) =
            switch (settlement.list, settlement.verdict) {
            case (.quarantine, .accept):
                (
                    try replica.settleQuarantine(line, .accepted, by: settlement.by, nowMilliseconds: now),
                    Settled.accepted
                )
            case (.quarantine, .discard), (.quarantine, .seen):
                (
                    try replica.settleQuarantine(line, .discarded, by: settlement.by, nowMilliseconds: now),
                    Settled.discarded
                )
            case (.conflicts, _):
                (try replica.settleConflict(line, by: settlement.by, nowMilliseconds: now), Settled.seen)
            }
        let list = "linli \(settlement.list.rawValue)"
        switch settling {
        case .done(let lines): return SettledLines(lines: lines)
        case .already(_, how.rawValue): return SettledLines(lines: [])
        case .already(let by, let before):
            throw ControlRefusal(.notSo, "line \(line) was settled already: \(before) by \(by); that stands")
        case .unknown:
            throw ControlRefusal(.badInput, "there is no line \(line); `\(list) --all` shows those that there are")
        case .restsOn(let cause):
            throw ControlRefusal(.notSo, "line \(line) rests on line \(cause); settle that one, and this goes with it")
        case .refused(let refused, let reason):
            throw ControlRefusal(
                .notSo,
                "line \(refused) cannot be accepted: \(reason); nothing was changed: write what is right at the hub, and "
                    + "discard the line"
            )
        }
    }
}
