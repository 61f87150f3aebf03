import ArgumentParser
import ChangeLog
import HubNode
import Replica
import Transport

/// `linli hub audit`.
struct HubAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Checks the journal of all that stores pushed: numbers, hashes, signatures, end to end.",
        discussion: """
            Reads the hub's files, with its daemon or without. Exits 1 when an entry is not as it was written, and \
            names the first such entry of each site.
            """
    )

    /// One site in the JSON list.
    private struct Line: Encodable {
        struct Fault: Encodable {
            var number: Int64
            var what: String
        }

        var site: String
        var store: String
        var state: String
        var changesets: Int64
        var signed: Int64
        var fault: Fault?
    }

    @OptionGroup var data: DataOption

    @Flag(help: "Print JSON: a list of objects, one a site.")
    var json = false

    func run() throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub audit")
        let findings = try HubAudit.run(directory: data.directory)
        if json { try JSONOutput.print(findings.map(Self.line)) } else { print(Self.text(findings)) }
        guard let first = findings.first(where: { $0.fault != nil }), let fault = first.fault else { return }
        throw Failure(
            ExitCodes.notSo,
            "the journal is damaged at changeset \(fault.number) of store \(first.store), site \(first.site): "
                + "\(fault.what); compare with a backup of the hub (`linli hub restore`)"
        )
    }

    private static func line(_ finding: JournalFinding) -> Line {
        Line(
            site: "\(finding.site)",
            store: finding.store.text,
            state: finding.state,
            changesets: finding.entries,
            signed: finding.signed.number,
            fault: finding.fault.map { Line.Fault(number: $0.number.number, what: $0.what) }
        )
    }

    private static func text(_ findings: [JournalFinding]) -> String {
        if findings.isEmpty { return "no store has joined yet: there is nothing to check" }
        var table = TextTable(["STORE", "SITE", "STATE", "CHANGESETS", "SIGNED THROUGH", ""])
        for one in findings {
            table.add([
                one.store.text, "\(one.site)", one.state, "\(one.entries)", "\(one.signed)",
                one.fault.map { "DAMAGED at \($0.number)" } ?? "good",
            ])
        }
        return table.text
    }
}
