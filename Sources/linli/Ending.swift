import ArgumentParser

/// How a command that threw ends.
enum Ending {
    /// Help, or the version, was asked for.
    case said(String)
    /// One line; empty when all has been said.
    case failed(ExitCode, String)

    init(of error: any Error) {
        if let code = error as? ExitCode {
            self = .failed(code, "")
            return
        }
        switch Linli.exitCode(for: error) {
        case .success: self = .said(Linli.fullMessage(for: error))
        case .validationFailure: self = .failed(ExitCodes.badInput, Self.usageLine(of: error))
        default:
            let code = ExitCodes.code(of: error)
            self = .failed(code, code == ExitCodes.fault ? "an internal fault: \(error); please report it" : "\(error)")
        }
    }

    /// What the argument parser found, in one line with the way to the cure.
    private static func usageLine(of error: any Error) -> String {
        let message = Linli.message(for: error)
        var first = message.split(separator: "\n").first.map(String.init) ?? message
        if first.hasSuffix(".") { first.removeLast() }
        let help =
            Linli.fullMessage(for: error).split(separator: "'").first { $0.hasSuffix("--help") } ?? "linli --help"
        return "\(first); run `\(help)`"
    }
}
