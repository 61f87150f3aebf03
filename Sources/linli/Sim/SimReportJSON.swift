import Simulator

/// A run's report, for programs.
struct SimReportJSON: Encodable {
    let seed: UInt64
    let command: String
    let seconds: Double
    let coreSeconds: Double
    let virtualMilliseconds: Int64
    let storeDays: Double
    let storeDaysPerHour: Double
    let events: UInt64
    let writes: Int
    let refusedWrites: Int
    let unansweredWrites: Int
    let changesets: Int
    let operations: Int
    let checkpoints: Int
    let sessions: Int
    let conflicts: Int
    let quarantined: Int
    let ordersTakenOver: Int
    let sharesMoved: Int
    let faults: [String: Int]
    let invariants: [String: Int]
    let trace: String
    let violation: SimViolationJSON?

    private enum CodingKeys: String, CodingKey {
        case seed, command, seconds, events, writes, changesets, operations, checkpoints, sessions, conflicts
        case quarantined, faults, invariants, trace, violation
        case ordersTakenOver = "orders_taken_over"
        case sharesMoved = "shares_moved"
        case virtualMilliseconds = "virtual_ms"
        case coreSeconds = "core_seconds"
        case storeDays = "store_days"
        case storeDaysPerHour = "store_days_per_hour"
        case refusedWrites = "refused_writes"
        case unansweredWrites = "unanswered_writes"
    }

    init(_ done: SimRun.Done) {
        let (report, counts) = (done.report, done.report.counts)
        (seed, command, seconds) = (report.plan.seed, report.plan.command, done.seconds)
        (virtualMilliseconds, storeDays) = (report.virtualMilliseconds, report.storeDays)
        coreSeconds = done.coreSeconds
        (storeDaysPerHour, events) = (done.storeDaysPerHour, report.events)
        (writes, refusedWrites, unansweredWrites) = (counts.writes, counts.refusedWrites, counts.unansweredWrites)
        (changesets, operations, checkpoints) = (counts.changesets, counts.operations, counts.checkpoints)
        (sessions, conflicts, quarantined) = (counts.sessions, counts.conflicts, counts.quarantined)
        (ordersTakenOver, sharesMoved) = (counts.ordersTakenOver, counts.sharesMoved)
        faults = Dictionary(uniqueKeysWithValues: zip(Fault.allCases.map { $0.rawValue }, counts.faults))
        invariants = Dictionary(uniqueKeysWithValues: zip(Invariant.allCases.map { $0.rawValue }, counts.checks))
        trace = SimReportText.hexadecimal(report.traceHash)
        violation = report.violation.map(SimViolationJSON.init)
    }
}

struct SimViolationJSON: Encodable {
    let invariant: String
    let node: String
    let subject: String
    let expected: String
    let found: String
    let at: Int64
    let story: [String]

    init(_ violation: Violation) {
        (invariant, node, subject) = (violation.invariant, violation.node, violation.subject)
        (expected, found, at, story) = (violation.expected, violation.found, violation.at, violation.story)
    }
}
