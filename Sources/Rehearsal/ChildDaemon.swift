import Foundation

/// One daemon of this binary as a child process, with its log in a file. It is ended by its id, never by its name.
public final class ChildDaemon {
    public enum Failure: Error, CustomStringConvertible {
        case ended(command: String, log: String)
        case silent(command: String, wanted: String, log: String)
        case command(String, status: Int32, said: String)

        public var description: String {
            switch self {
            case .ended(let command, let log): "`\(command)` ended by itself; its log is \(log)"
            case .silent(let command, let wanted, let log):
                "`\(command)` did not say \"\(wanted)\" in time; its log is \(log)"
            case .command(let command, let status, let said): "`\(command)` ended with \(status): \(said)"
            }
        }
    }

    public let log: String
    private let process: Process
    private let command: String

    /// - Parameters:
    ///   - binary: the linli executable.
    ///   - log: a file that is appended to.
    public init(binary: String, _ arguments: [String], log: String) throws {
        self.log = log
        command = "linli " + arguments.joined(separator: " ")
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try file.seekToEnd()
        process = Process()
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = arguments
        process.standardOutput = file
        process.standardError = file
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    public var identifier: Int32 { process.processIdentifier }

    /// Waits until the log has a line with this text, and gives the line.
    public func says(_ text: String, within limit: Duration = .seconds(20)) async throws -> String {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let said = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self)
            if let line = said.split(separator: "\n").last(where: { $0.contains(text) }) { return String(line) }
            if !process.isRunning { throw Failure.ended(command: command, log: log) }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure.silent(command: command, wanted: text, log: log)
    }

    /// Asks it to stop, and waits for it.
    public func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Ends it as a power cut would.
    public func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs one command of the binary to its end.
    ///
    /// - Returns: what it printed on standard output.
    @discardableResult
    public static func run(binary: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let (out, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = arguments
        process.standardOutput = out
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let printed = out.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure.command(
                "linli " + arguments.joined(separator: " "), status: process.terminationStatus,
                said: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
