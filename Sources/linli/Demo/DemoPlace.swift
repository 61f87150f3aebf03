import FoundationEssentials
import Glibc

/// Where a demonstration keeps its nodes: a directory that was named, and stays; or a temporary one, and goes.
struct DemoPlace: Sendable {
    let directory: String
    let isTemporary: Bool

    /// - Throws: `Failure` when there is something in the named directory already, or it cannot be made.
    init(_ named: String?) throws {
        let files = FileManager.default
        if let named {
            directory = named
            isTemporary = false
            do {
                try files.createDirectory(atPath: named, withIntermediateDirectories: true)
                guard try files.contentsOfDirectory(atPath: named).isEmpty else {
                    throw Failure(
                        ExitCodes.badInput,
                        "\(named) is not empty; name a new directory for the demonstration"
                    )
                }
            } catch let error as CocoaError {
                throw Failure(
                    ExitCodes.inputOutput,
                    "\(named) cannot be made (\(error)); name a directory that you may write to"
                )
            }
            return
        }
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/linli-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(
                ExitCodes.inputOutput,
                "no temporary directory can be made in \(parent) (\(String(cString: strerror(errno)))); give --data DIR"
            )
        }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isTemporary = true
    }

    /// Takes a temporary directory away.
    func clear() throws {
        if isTemporary { try FileManager.default.removeItem(atPath: directory) }
    }

    /// Takes everything away from a temporary directory but one file, which is there to be looked at.
    func clear(but file: String) throws {
        guard isTemporary else { return }
        for entry in try FileManager.default.contentsOfDirectory(atPath: directory) where entry != file {
            try FileManager.default.removeItem(atPath: directory + "/" + entry)
        }
    }
}
