import ArgumentParser
import Replica
import Transport

/// `linli doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Checks a node's disk, clock, permissions, certificates, connection and integrity, each with the cure.",
        discussion: """
            Nothing is changed. Exits 1 when something is wrong; what only asks for attention is no failure. It reads \
            every page of the replica, which takes a second or so for each gigabyte. Where no node lives it exits 2.
            """
    )

    @OptionGroup var data: DataOption

    @Flag(help: "Print JSON: a list of objects with check, state (ok, attention, wrong, unknown), found and cure.")
    var json = false

    func run() async throws {
        // Where no node lives there is nothing to examine, and no list of things that are wrong with it.
        if let absence = ReplicaCheckup.absence(of: data.directory) { throw absence }
        var findings = FileChecks(directory: data.directory).findings
        do {
            let status = try await NodeDirectory.status(of: data.directory)
            let checks = NodeChecks(
                directory: data.directory,
                status: status,
                now: WallClock.system.milliseconds()
            )
            findings += await checks.findings()
        } catch {
            findings.append(Finding("daemon", .wrong, of: error))
        }
        if json { try JSONOutput.print(findings) } else { print(Self.text(findings)) }
        if findings.contains(where: { $0.state == .wrong }) { throw ExitCodes.notSo }
    }

    private static func text(_ findings: [Finding]) -> String {
        findings.map { finding in
            let mark = finding.state == .ok ? "ok" : finding.state.rawValue.uppercased()
            let line = "\(mark.padded(to: 10))\(finding.check.padded(to: 13))\(finding.found)"
            return finding.cure.map { "\(line)\n\("".padded(to: 23))→ \($0)" } ?? line
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 1)) }
}
