import ArgumentParser

/// `--data DIR`, the directory of the node that a command is about.
struct DataOption: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("The node's data directory.", valueName: "dir"))
    var directory: String

    func validate() throws {
        guard !directory.isEmpty, !directory.utf8.contains(0) else {
            throw ValidationError("--data is empty: name the node's directory")
        }
    }
}
