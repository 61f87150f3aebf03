import ArgumentParser
import HubNode
import Replica
import Transport

/// `linli hub backup`.
struct HubBackupCommand: AsyncParsableCommand {
    private static let answerMilliseconds: Int64 = 30_000

    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes a backup of the hub, its keys included, into one file; safe while the daemon runs.",
        discussion: """
            The file is one SQLite database, of one moment, that only its owner may read: it holds the keys of the \
            authority, so keep it like those. The stores are told what is in it: they keep at least everything else, \
            so that a hub restored from it gets back all that it lost.
            """
    )

    @Argument(help: ArgumentHelp("The file to make; one that is there is not written over.", valueName: "file"))
    var file: String

    @OptionGroup var data: DataOption

    func run() async throws {
        try NodeDirectory.require(.hub, data.directory, for: "hub backup")
        let archive = HubArchive(directory: data.directory)
        let backup = try archive.backup(to: file)
        _ = try await NodeDirectory.ask(
            data.directory,
            .backedUp(HubArchive.sites(backup)),
            as: ControlDone.self,
            timeoutMilliseconds: Self.answerMilliseconds
        ) {
            try archive.noteAtRest(backup)
            return ControlDone()
        }
        print("backed up the hub of \(backup.network) with \(backup.reach.count) sites into \(file)")
    }
}
