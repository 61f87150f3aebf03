import Simulator

/// A run's report, for people.
enum SimReportText {
    static func text(_ done: SimRun.Done) -> String {
        let report = done.report
        let counts = report.counts
        var lines = [
            "\(days(report)) in \(tenths(done.seconds)) s, \(Int(done.storeDaysPerHour)) store-days an hour and core, "
                + "\(report.events) events",
            "\(counts.writes) writes (\(counts.refusedWrites) refused, \(counts.unansweredWrites) unanswered), "
                + "\(counts.changesets) changesets, \(counts.operations) operations merged, \(counts.checkpoints) "
                + "checkpoints, \(counts.sessions) sessions, \(counts.conflicts) conflicts, "
                + "\(counts.quarantined) quarantined, \(counts.ordersTakenOver) orders taken over by policy, "
                + "\(counts.sharesMoved) shares of rights moved by demand",
            "", faults(counts), "", invariants(report), "", "trace \(hexadecimal(report.traceHash))",
        ]
        if let violation = report.violation {
            lines += ["", Self.text(violation), "", "again: \(report.plan.command)"]
        }
        return lines.joined(separator: "\n")
    }

    static func text(_ violation: Violation) -> String {
        let head = [
            "BROKEN  \(violation.invariant), found at \(violation.node): \(violation.subject)",
            "  promised  \(violation.expected)", "  found     \(violation.found)", "",
        ]
        return (head + violation.story.map { "  \($0)" }).joined(separator: "\n")
    }

    private static func days(_ report: SimulationReport) -> String {
        "\(tenths(Double(report.virtualMilliseconds) / 86_400_000)) days of \(report.plan.stores) stores"
    }

    private static func faults(_ counts: RunCounts) -> String {
        var table = TextTable(["fault", "times"])
        for (fault, times) in zip(Fault.allCases, counts.faults) where times > 0 {
            table.add([fault.rawValue, "\(times)"])
        }
        return counts.faults.contains { $0 > 0 } ? table.text : "no fault"
    }

    private static func invariants(_ report: SimulationReport) -> String {
        var table = TextTable(["invariant", "checked", ""])
        for (invariant, times) in zip(Invariant.allCases, report.counts.checks) {
            let isBroken = report.violation?.invariant == invariant.rawValue
            table.add([invariant.rawValue, "\(times)", isBroken ? "BROKEN" : "kept"])
        }
        return table.text
    }

    static func hexadecimal(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
