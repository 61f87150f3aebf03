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
            """
    )

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("The store whose rows count.", valueName: "store"), transform: Names.store)
    var scope: NodeName?

    @Option(help: ArgumentHelp("Exit 1 unless this is the digest of all tables.", valueName: "hex"))
    var expect: String?

    @Flag(help: "Print JSON: one object.")
    var json = false

    func run() throws {
        let digest = try ReplicaDigest.read(directory: data.directory, scope: scope)
        print(json ? digest.json : Self.text(digest))
        guard let expect, expect.lowercased() != digest.total else { return }
        throw Failure(
            ExitCodes.notSo,
            "the digest of \(digest.scope) is \(digest.total), not \(expect); `linli wait` first, and compare the tables"
        )
    }

    private static func text(_ digest: ReplicaDigest) -> String {
        var table = TextTable(["TABLE", "ROWS", "DIGEST"])
        for one in digest.tables { table.add([one.name, "\(one.rows)", one.digest]) }
        table.add(["all", "\(digest.tables.reduce(0) { $0 + $1.rows })", digest.total])
        return table.text
    }
}
