import Foundation

/// One command, run to its end in a process of its own.
public struct CommandRun: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let command: String
        public let run: CommandRun

        public var description: String { "`\(command)` ended with \(run.status): \(run.errors)" }
    }

    /// The exit code; a signal's number less 256 when one ended it.
    public let status: Int32
    public let output: String
    public let errors: String

    /// Runs an executable, which reads `input` on standard input, and waits for its end.
    public init(_ program: String, _ arguments: [String], input: String = "") throws {
        let process = Process()
        let (inward, outward, errorward) = (Pipe(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = inward
        process.standardOutput = outward
        process.standardError = errorward
        try process.run()
        // Into a pipe of 64 KiB: what is longer must be a file.
        try inward.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try inward.fileHandleForWriting.close()
        let said = Self.text(try outward.fileHandleForReading.readToEnd())
        let complained = Self.text(try errorward.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        output = said
        errors = complained
        status = process.terminationReason == .exit ? process.terminationStatus : process.terminationStatus - 256
    }

    /// Standard output, if the command did what it should.
    ///
    /// - Throws: `Failure`.
    public static func output(_ program: String, _ arguments: [String], input: String = "") throws -> String {
        let run = try CommandRun(program, arguments, input: input)
        guard run.status == 0 else {
            throw Failure(command: ([program] + arguments).joined(separator: " "), run: run)
        }
        return run.output
    }

    private static func text(_ bytes: Data?) -> String {
        String(decoding: bytes ?? Data(), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
