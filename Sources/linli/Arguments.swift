import ArgumentParser
import ChangeLog
import Trust

/// `--data DIR`, of every command that has a node.
struct DataOption: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("The node's data directory.", valueName: "dir"))
    var directory: String
}

/// A length of time: `90s`, `30m`, `24h`, `7d`; a number alone is seconds.
struct TimeSpan: ExpressibleByArgument {
    let milliseconds: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        let (digits, unit): (Substring, Int64) =
            argument.last.flatMap { units[$0] }.map { (argument.dropLast(), $0) } ?? (argument[...], 1_000)
        guard let number = Int64(digits), number >= 0, number <= Int64.max / unit else { return nil }
        milliseconds = number * unit
    }

    init(milliseconds: Int64) { self.milliseconds = milliseconds }
}

extension Endpoint: @retroactive ExpressibleByArgument {
    public init?(argument: String) {
        do { try self.init(parsing: argument) } catch { return nil }
    }
}

extension NodeName: @retroactive ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
