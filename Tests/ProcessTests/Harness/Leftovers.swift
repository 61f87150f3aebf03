import Foundation
import Rehearsal

/// Mounts and network namespaces of ours carry the test process's id in their names, so that a later run can tell those
/// of a dead one, which was killed together with its warden, and clear them away.
enum Leftovers {
    private static let prefix = "linli-story-"

    /// What ours are called by; a longer name goes on with a dash.
    static let mark = "\(prefix)\(getpid())"

    /// Clears away what dead runs left, once.
    static func clearOnce() { _ = cleared }

    private static let cleared: Void = {
        do {
            for mount in try mounts() where isStale(mount.device) {
                _ = try CommandRun("/usr/bin/env", ["umount", "-l", mount.path])
            }
            for namespace in try namespaces() where isStale(namespace) {
                _ = try CommandRun("/usr/bin/env", ["ip", "netns", "del", namespace])
            }
        } catch {
            print("what earlier runs may have left was not cleared away: \(error)")
        }
    }()

    private static func isStale(_ name: String) -> Bool {
        guard name.hasPrefix(prefix), let identifier = Int32(name.dropFirst(prefix.count).prefix { $0.isNumber }) else {
            return false
        }
        return kill(identifier, 0) != 0 && errno == ESRCH
    }

    private static func mounts() throws -> [(device: String, path: String)] {
        let table = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/proc/self/mounts")), as: UTF8.self)
        return table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            return fields.count > 1 ? (String(fields[0]), String(fields[1])) : nil
        }
    }

    private static func namespaces() throws -> [String] {
        let place = "/run/netns"
        guard FileManager.default.fileExists(atPath: place) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: place)
    }
}
