import Dispatch
import Foundation

/// One daemon of this binary as a child process, with its log in a file. It is ended by its id, never by its name.
public final class ChildDaemon {
    public enum Failure: Error, CustomStringConvertible {
        case ended(command: String, log: String)
        case silent(command: String, wanted: String, log: String)

        public var description: String {
            switch self {
            case .ended(let command, let log): "`\(command)` ended by itself; its log is \(log)"
            case .silent(let command, let wanted, let log):
                "`\(command)` did not say \"\(wanted)\" in time; its log is \(log)"
            }
        }
    }

    private static let lookAgain = Duration.milliseconds(5)
    private static let stopSecondsMax = 30

    public let log: String
    private let process: Process
    private let command: String
    /// Left when the process has ended.
    private let ended = DispatchGroup()
    /// Where this process's lines begin in the log, which earlier ones wrote to.
    private let logBegin: UInt64

    /// Starts `binary`, the linli executable; what it says is appended to the file `log`.
    ///
    /// - Parameters:
    ///   - host: where; nil for here.
    ///   - directory: named in the arguments, and no other's: by it the `Warden` knows the process. nil: the daemon
    ///     may outlive a parent that is killed.
    public init(
        binary: String,
        _ arguments: [String],
        on host: NodeHost? = nil,
        log: String,
        directory: String? = nil
    ) throws {
        self.log = log
        command = "linli " + arguments.joined(separator: " ")
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        defer { file.closeFile() }
        logBegin = try file.seekToEnd()
        process = Process()
        process.executableURL = URL(fileURLWithPath: host == nil ? binary : "/usr/bin/env")
        process.arguments = (host.map { $0.prefix + [binary] } ?? []) + arguments
        process.standardOutput = file
        process.standardError = file
        process.standardInput = FileHandle.nullDevice
        ended.enter()
        process.terminationHandler = { [ended] _ in ended.leave() }
        do { try process.run() } catch {
            ended.leave()
            throw error
        }
        if let directory { Warden.shared?.guards(process: process.processIdentifier, of: directory) }
    }

    public var identifier: Int32 { process.processIdentifier }
    public var isRunning: Bool { process.isRunning }

    /// With what it ended by itself; nil while it runs, or when a signal ended it.
    public var exitCode: Int32? {
        process.isRunning || process.terminationReason != .exit ? nil : process.terminationStatus
    }

    /// What this process has said so far.
    public func said() throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: log))
        defer { file.closeFile() }
        try file.seek(toOffset: logBegin)
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }

    /// Waits until this process has logged a line with this text, and gives the line.
    @discardableResult
    public func says(_ text: String, within limit: Duration = .seconds(30)) async throws -> String {
        let deadline = ContinuousClock.now + limit
        while true {
            let isRunning = process.isRunning
            if let line = try said().split(separator: "\n").first(where: { $0.contains(text) }) { return String(line) }
            guard isRunning else { throw Failure.ended(command: command, log: log) }
            guard ContinuousClock.now < deadline else {
                throw Failure.silent(command: command, wanted: text, log: log)
            }
            try await Task.sleep(for: Self.lookAgain)
        }
    }

    /// Asks it to stop, and waits for it; one that has not stopped in half a minute is killed.
    ///
    /// - Returns: its exit code; nil when a signal ended it.
    @discardableResult
    public func stop() -> Int32? {
        resume()
        if process.isRunning { process.terminate() }
        if ended.wait(timeout: .now() + .seconds(Self.stopSecondsMax)) == .timedOut {
            Foundation.kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }

    /// Ends it as a power cut would end the process.
    public func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Holds it wherever it is, as a machine that is asleep.
    public func pause() { if process.isRunning { Foundation.kill(process.processIdentifier, SIGSTOP) } }

    public func resume() { if process.isRunning { Foundation.kill(process.processIdentifier, SIGCONT) } }
}
