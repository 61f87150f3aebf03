import ArgumentParser
import HubNode
import Replica
import Transport

/// `linli hub restore`.
struct HubRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a hub back that `linli hub backup` wrote; its daemon is stopped.",
        discussion: """
            A directory that holds a hub is left alone without --force; with it, what is there is kept in \
            DIR/replaced-N. When the hub is started, the stores notice, and push again what it lost.
            """
    )

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"))
    var file: String

    @OptionGroup var data: DataOption

    @Flag(help: "Put aside the hub that is in the directory.")
    var force = false

    func run() throws {
        try InputFile.check(file, cure: "name a file that `linli hub backup` wrote")
        try DataDirectory.make(data.directory)
        let lock = try DataDirectoryLock(directory: data.directory)
        let done = try HubArchive(directory: data.directory).restore(from: file, isForced: force)
        withExtendedLifetime(lock) {}
        print("restored the hub of \(done.backup.network), as it was at \(done.backup.madeAt) ms since 1970 UTC")
        if let kept = done.keptAt { print("what was there is kept in \(kept)") }
        print("start it with `linli hub run --data \(data.directory)`")
    }
}
