import ArgumentParser
import ChangeLog
import Replica
import StoreNode
import Transport

/// `linli store export-outbox`.
struct StoreExportCommand: AsyncParsableCommand {
    private static let sealMilliseconds: Int64 = 30_000

    static let configuration = CommandConfiguration(
        commandName: "export-outbox",
        abstract: "Writes what the hub has not acknowledged into a file, signed, for `linli hub import`.",
        discussion: """
            Seals what the tills wrote first. Works while the store's daemon runs and when it is stopped; nothing \
            changes at the store, and what the file holds may go up by the network too. Exits 1 when there is nothing \
            to export.
            """
    )

    @Argument(help: ArgumentHelp("The file to make; one that is there is not written over.", valueName: "file"))
    var file: String

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("The first changeset. (default: the first not acknowledged)", valueName: "number"))
    var from: Int64?

    func validate() throws {
        guard from.map({ $0 > 0 }) ?? true else { throw ValidationError("changesets are numbered from 1") }
    }

    func run() async throws {
        try NodeDirectory.require(.store, data.directory, for: "store export-outbox")
        let export = OutboxExport(directory: data.directory)
        let sealed = try await NodeDirectory.ask(
            data.directory,
            .seal,
            as: SealedOutbox.self,
            timeoutMilliseconds: Self.sealMilliseconds
        ) { try export.sealAtRest() }
        let extract: OutboxExtract?
        do {
            extract = try export.write(to: file, from: from.map { ChangesetNumber($0) }, through: sealed)
        } catch ReplicaError.trimmed(let number) {
            throw Failure(
                ExitCodes.badInput,
                "the store no longer keeps changeset \(number): the hub has it; export from a later one"
            )
        }
        guard let extract else {
            throw Failure(ExitCodes.notSo, "the outbox is empty, and no file was made: the hub has acknowledged it all")
        }
        print("changesets \(extract.first) to \(extract.last) of store \(extract.store), site \(extract.site): \(file)")
    }
}
