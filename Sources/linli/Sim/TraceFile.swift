import Foundation
import Simulator

/// JSON lines, a piece at a time.
final class TraceFile {
    private let handle: FileHandle
    private let encoder = JSONEncoder()
    private var waiting = Data()
    private var failure: (any Error)?

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw Failure(ExitCodes.inputOutput, "\(path) cannot be written; name another --trace file") }
        self.handle = handle
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    func write(_ line: TraceLine) {
        do {
            waiting += try encoder.encode(line) + [UInt8(ascii: "\n")]
            if waiting.count > 1 << 20 { try flush() }
        } catch {
            failure = failure ?? error
        }
    }

    func close() throws {
        if let failure { throw failure }
        try flush()
        try handle.close()
    }

    private func flush() throws {
        try handle.write(contentsOf: waiting)
        waiting = Data()
    }
}
