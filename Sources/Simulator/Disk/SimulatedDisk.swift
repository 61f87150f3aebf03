import CSimulatedDisk
import Replica

/// The disk and the clock of one simulated node: files in memory for SQLite and for the replica, with the durability of
/// a real disk.
///
/// SQLite opens a file below `root` here by its path alone, whoever asks: from the first disk on, the process's default
/// VFS is ours, and it passes on every path that is no disk's. What is written and not synced is pending; a power loss
/// drops it, wholly or in part.
///
///     let disk = SimulatedDisk(root: "/north")
///     var daemon = disk.start()
///     let replica = try daemon.run { try StoreReplica(directory: disk.root, files: daemon) }
///     disk.losePower(.anyOrder, seed: 7)      // daemon.isAlive == false; whatever it does fails with an I/O error
///     daemon = disk.start()
///
/// Law: a disk and all connections to it belong to one thread at a time. Connections of an ended process are let go of
/// before another process of the disk goes on. Directories exist always.
public final class SimulatedDisk: @unchecked Sendable {
    /// The directory of the node, absolute and without a slash at its end.
    public let root: String
    let disk: OpaquePointer

    /// - Parameters:
    ///   - root: no other disk of this process of the operating system has it.
    ///   - opensAnew: no process takes up a connection that an earlier one left.
    public init(root: String, opensAnew: Bool = false) {
        precondition(
            root.utf8.first == UInt8(ascii: "/") && root.utf8.last != UInt8(ascii: "/"),
            "an absolute directory"
        )
        guard let disk = simdisk_create(root) else { preconditionFailure("there is a disk \(root)") }
        self.root = root
        self.disk = disk
        if !opensAnew { RestingFiles.shared.begin(below: root) }
    }

    deinit {
        RestingFiles.shared.forget(below: root)
        simdisk_release(disk)
    }

    /// Seeds SQLite's random numbers, and with them `id` columns and salts, for all disks. They are SQLite's, one
    /// sequence for a whole process of the operating system: two runs are equal when nothing else draws from it.
    public static func seedRandomness(_ seed: UInt64) { simdisk_seed(seed) }

    // MARK: The node

    /// A new process of the node.
    public func start() -> SimulatedProcess { SimulatedProcess(disk: self, number: simdisk_start(disk)) }

    /// Someone who looks at the files from outside; no kill ends it, and its operations count for no ordered end.
    public var observer: SimulatedProcess { SimulatedProcess(disk: self, number: 0) }

    /// The node's own clock, in milliseconds since 1970 UTC: what SQL calls now.
    public var clockMilliseconds: Int64 {
        get { simdisk_clock(disk) }
        set { simdisk_set_clock(disk, newValue) }
    }

    // MARK: Ends

    /// All processes end; of what was not synced the seed draws what remains.
    public func losePower(_ loss: PowerLoss, seed: UInt64) { simdisk_lose_power(disk, loss.code, seed) }

    /// The power goes at the write, sync or removal after so many more; that one is not done.
    public func losePower(afterOperations count: Int, _ loss: PowerLoss, seed: UInt64) {
        simdisk_lose_power_after(disk, UInt64(count), loss.code, seed)
    }

    /// The process that does the write, sync or removal after so many more is killed at it; that one is not done.
    public func kill(afterOperations count: Int) { simdisk_kill_after(disk, UInt64(count)) }

    /// An end was ordered, and has not come.
    public var awaitsEnd: Bool { simdisk_awaits_end(disk) }
    public func cancelEnd() { simdisk_cancel_end(disk) }

    /// True: new, removed and renamed files are so on the disk at once. False, as at first: once their directory is
    /// synced; a power loss undoes the latest of the others.
    public func setKeepsEntries(_ keeps: Bool) { simdisk_set_keeps_entries(disk, keeps) }

    // MARK: Whole disks

    /// All files as they stand now, synced or not: a backup, or the image of a clone.
    public func snapshot() -> DiskSnapshot { DiskSnapshot(simdisk_take(disk)) }

    /// All processes end, and the disk holds the snapshot's files, whatever disk they were taken of.
    public func restore(_ snapshot: DiskSnapshot) { simdisk_put(disk, snapshot.snapshot) }

    /// All processes end, and there are no files.
    public func lose() { simdisk_put(disk, nil) }

    // MARK: Looking

    public var counts: DiskCounts { DiskCounts(simdisk_count(disk)) }
    public var usedBytes: Int64 { simdisk_used_bytes(disk) }
    /// Blocks of 4096 bytes that a power loss may drop.
    public var pendingBlocks: Int64 { simdisk_pending_blocks(disk) }
    /// Of all names and contents, synced or not: equal disks have equal digests.
    public var digest: UInt64 { simdisk_digest(disk) }

    /// Paths of all files, in the order in which they came.
    public var paths: [String] {
        (0..<simdisk_names(disk)).compactMap { simdisk_name(disk, $0).map { root + String(cString: $0) } }
    }

    /// A file's bytes; nil when there is no such file.
    public func bytes(of path: String) -> [UInt8]? {
        var state = simdisk_file_state()
        guard simdisk_state(disk, 0, path, &state) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(state.size_bytes))
        _ = simdisk_read(disk, path, 0, &bytes, state.size_bytes)
        return bytes
    }
}

/// What a power loss leaves of what was not synced.
public enum PowerLoss: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case whole
    /// What was written first, over all files, up to one moment; the block of that moment is torn.
    case inOrder
    /// Any blocks of it, and some of them are torn.
    case anyOrder

    var code: simdisk_loss {
        switch self {
        case .whole: SIMDISK_LOSS_WHOLE
        case .inOrder: SIMDISK_LOSS_IN_ORDER
        case .anyOrder: SIMDISK_LOSS_ANY_ORDER
        }
    }
}

/// All files of a disk at one moment, without their root.
public final class DiskSnapshot: @unchecked Sendable {
    let snapshot: OpaquePointer

    init(_ snapshot: OpaquePointer) { self.snapshot = snapshot }

    deinit { simdisk_snapshot_free(snapshot) }

    public var sizeBytes: Int64 { simdisk_snapshot_bytes(snapshot) }
}
