import ArgumentParser
import LocalAPI
import Replica
import Retail
import SyncSession
import Transport

/// `linli key …`: who may ask a node's HTTP API.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Keys for clients of a node's HTTP API: makes, lists and revokes them.",
        subcommands: [KeyAdd.self, KeyList.self, KeyRevoke.self]
    )
}

struct KeyAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Makes a key and prints it; only its hash is kept, so nobody can print it again.",
        discussion: """
            Roles: till (the counter and the pick-up desk), manager (also counts, transfers, prices, take-overs), mall \
            (orders from outside), operator (everything). It counts from the next request on, with the daemon running.
            """
    )

    @OptionGroup var data: DataOption

    @Option(help: "till, manager, mall or operator.")
    var role: KeyRole

    @Option(help: ArgumentHelp("Whose key it is, for people.", valueName: "name"))
    var name = ""

    func validate() throws {
        guard name.utf8.count <= APIKeys.nameBytesMax, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw ValidationError("--name has at most \(APIKeys.nameBytesMax) bytes and no control characters")
        }
    }

    func run() throws {
        // Refuses a directory that is none of a node's.
        _ = try NodeFacts.read(directory: data.directory)
        let keys = APIKeys(dataDirectory: data.directory)
        let made = try keys.add(role: role.role, name: name, nowMilliseconds: Moment.now.wallMilliseconds)
        print(made.secret)
    }
}

struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the keys of a node.")

    @OptionGroup var data: DataOption

    @Flag(help: "Those that were revoked, too.")
    var all = false

    @Flag(help: "Print JSON: a list of objects with id, role, name, created_at and revoked_at.")
    var json = false

    func run() throws {
        _ = try NodeFacts.read(directory: data.directory)
        let keys = try APIKeys(dataDirectory: data.directory).all().filter { all || $0.revokedAt == nil }
        if json { return try JSONOutput.print(keys) }
        guard !keys.isEmpty else { return print("no keys; make one with `linli key add`") }
        var table = TextTable(["ID", "ROLE", "NAME", "MADE", "REVOKED"])
        for key in keys {
            table.add([
                key.id, key.role.rawValue, key.name.isEmpty ? "-" : key.name, Ago.text(since: key.createdAt),
                key.revokedAt.map(Ago.text) ?? "-",
            ])
        }
        print(table.text)
    }
}

struct KeyRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revokes a key; the next request with it is refused."
    )

    @OptionGroup var data: DataOption

    @Argument(help: "The key's id, as `linli key list` shows it.")
    var id: String

    func run() throws {
        _ = try NodeFacts.read(directory: data.directory)
        try APIKeys(dataDirectory: data.directory).revoke(id: id, nowMilliseconds: Moment.now.wallMilliseconds)
        print("revoked \(id)")
    }
}

/// A role as the command line takes it.
enum KeyRole: String, ExpressibleByArgument, CaseIterable {
    case till, manager, mall, `operator`

    var role: RetailCommand.Role {
        switch self {
        case .till: .till
        case .manager: .manager
        case .mall: .mall
        case .operator: .operator
        }
    }
}
