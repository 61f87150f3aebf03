import Foundation
import Rehearsal

/// A small disk for one node's data: a tmpfs of a few MiB, which can be filled to its last block and freed again.
final class SmallDisk {
    static let missing = "this machine lets nobody mount a tmpfs here (that takes root); the full disk was left out"

    /// Whether this machine lets us mount one.
    static let isPermitted: Bool = {
        do {
            let directory = try TemporaryDirectory()
            try SmallDisk(at: directory.path, mebibytes: 1).unmount()
            return true
        } catch {
            return false
        }
    }()

    private let path: String
    private var filling: String { path + "/filling" }

    /// Makes the directory if need be, and mounts the disk on it.
    init(at path: String, mebibytes: Int) throws {
        self.path = path
        Leftovers.clearOnce()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let words = ["mount", "-t", "tmpfs", "-o", "size=\(mebibytes)m,mode=700", Leftovers.mark, path]
        _ = try CommandRun.output("/usr/bin/env", words)
        Warden.shared?.guards(mount: path)
    }

    /// Leaves no block free.
    func fill() throws {
        let file = open(filling, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        // Ever smaller pieces, the last of them a page.
        var piece = 1 << 20
        while piece >= 4_096 {
            let bytes = [UInt8](repeating: 0, count: piece)
            let written = write(file, bytes, piece)
            if written == piece || written < 0 && errno == EINTR { continue }
            guard written >= 0 || errno == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
            piece /= 2
        }
    }

    /// Takes the filling away.
    func free() throws {
        if FileManager.default.fileExists(atPath: filling) { try FileManager.default.removeItem(atPath: filling) }
    }

    /// The node's daemon has ended.
    func unmount() throws { _ = try CommandRun.output("/usr/bin/env", ["umount", "-l", path]) }
}
