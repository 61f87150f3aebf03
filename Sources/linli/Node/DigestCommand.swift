import ArgumentParser
import ChangeLog
import Replica

/// `linli digest`.
struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Prints a digest per table of the rows of a scope; equal at store and hub when they agree.",
        discussion: """
            At a store the scope is the store itself. At the hub name a store, or get all rows. The last line is the \
            digest of all tables together, which --expect compares.
            """)

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("The store whose rows count.", valueName: "store"), transform: Names.store)
    var scope: NodeName?

    @Option(help: ArgumentHelp("Exit 1 unless this is the digest of all tables.", valueName: "hex"))
    var expect: String?

    @Flag(help: "Print JSON: one object.")
    var json = false

    func run() throws {
        let report = try ReplicaDigest.read(directory: data.directory, scope: scope)
        if json {
            try JSONOutput.print(DigestJSON(report))
        } else {
            var table = TextTable(["TABLE", "ROWS", "DIGEST"])
            for one in report.tables { table.add([one.name, "\(one.rows)", one.digest]) }
            table.add(["all", "\(report.tables.reduce(0) { $0 + $1.rows })", report.total])
            print(table.text)
        }
        guard let expect, expect.lowercased() != report.total else { return }
        throw Failure(
            ExitCodes.notSo,
            "the digest of \(report.scope) is \(report.total), not \(expect); `linli wait` first, and compare the tables")
    }
}

/// `digest --json`: nothing in it is of one node only, so two of them can be compared as texts.
private struct DigestJSON: Encodable {
    struct Table: Encodable {
        var rows: Int
        var digest: String
    }

    struct Schema: Encodable {
        var name: String
        var version: Int
    }

    var scope: String
    var schema: Schema
    var tables: [String: Table]

    init(_ report: ReplicaDigest) {
        scope = report.scope
        schema = Schema(name: report.schemaName, version: report.schemaVersion)
        tables = Dictionary(
            report.tables.map { ($0.name, Table(rows: $0.rows, digest: $0.digest)) }, uniquingKeysWith: { $1 })
    }
}
