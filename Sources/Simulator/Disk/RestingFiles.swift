import CSimulatedDisk
import Replica
import Synchronization

/// Connections that did nothing when their process was killed, or its machine lost power: the next process that opens
/// the same file in the same way takes one up, without its pages, and finds the file as it is now. One that was in the
/// middle of something is closed, as are those of a disk that is replaced.
final class RestingFiles: FileKeeper {
    /// A daemon that dies while it starts leaves another one each time.
    private static let keptMax = 2

    static let shared = RestingFiles()

    private struct Kept {
        var roots: Set<String> = []
        var resting: [FileOpening: [OpenedFile]] = [:]
        var takenUp = 0
    }

    private let kept = Mutex(Kept())

    /// Connections to this disk are kept from now on.
    func begin(below root: String) {
        kept.withLock { _ = $0.roots.insert(root) }
        OpenedFile.keeper.withLock { $0 = self }
    }

    /// The disk is gone, and so are they.
    func forget(below root: String) {
        let forgotten = kept.withLock { kept in
            kept.roots.remove(root)
            let gone = kept.resting.filter { Self.root(of: $0.key) == root }
            for opening in gone.keys { kept.resting[opening] = nil }
            return gone
        }
        // They close here, and not under the lock.
        withExtendedLifetime(forgotten) {}
    }

    func take(_ opening: FileOpening) -> OpenedFile? {
        while let last = kept.withLock({ $0.resting[opening]?.popLast() }) {
            guard simdisk_resume(last.handle) else { continue }
            kept.withLock { $0.takenUp += 1 }
            return last
        }
        return nil
    }

    /// How many were taken up, in this process of the operating system.
    var takenUp: Int { kept.withLock { $0.takenUp } }

    func offer(_ opened: OpenedFile, _ opening: FileOpening) {
        guard simdisk_rests(opened.handle) else { return }
        kept.withLock { kept in
            guard kept.roots.contains(Self.root(of: opening)) else { return }
            if kept.resting[opening, default: []].count < Self.keptMax {
                kept.resting[opening, default: []].append(opened)
            }
        }
    }

    private static func root(of opening: FileOpening) -> String {
        opening.path.lastIndex(of: "/").map { String(opening.path[..<$0]) } ?? ""
    }
}
