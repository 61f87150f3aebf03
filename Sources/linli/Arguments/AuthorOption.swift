import ArgumentParser
import Glibc

/// Who decides: `--by NAME`, or the user who runs the command, also behind `sudo`.
struct AuthorOption: ParsableArguments {
    @Option(
        name: .customLong("by"),
        help: ArgumentHelp("Who decides it. (default: the user who runs this)", valueName: "name"),
        transform: Names.person
    )
    var given: String?

    /// - Throws: `Failure` when nobody is to be known.
    var name: String {
        get throws {
            if let given { return given }
            if let user = getenv("SUDO_USER").map({ String(cString: $0) }), !user.isEmpty { return user }
            guard let entry = getpwuid(getuid()) else {
                throw Failure(ExitCodes.badInput, "this user has no name; say who decides with --by NAME")
            }
            return String(cString: entry.pointee.pw_name)
        }
    }
}
