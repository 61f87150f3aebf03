import CSimulatedDisk
public import Replica

/// A process of a simulated node: a daemon, or a till. Connections belong to the process that opened them, and end with
/// it.
///
///     alive --kill, power loss, disk lost or restored--> ended
public struct SimulatedProcess: FileSystem {
    public let disk: SimulatedDisk
    let number: UInt32

    public var isAlive: Bool { simdisk_is_alive(disk.disk, number) }

    /// Runs `body` as this process: on this thread SQLite opens files for it, and has the node's clock.
    public func run<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let before = simdisk_enter(simdisk_place(disk: disk.disk, process: number))
        defer { _ = simdisk_enter(before) }
        return try body()
    }

    /// kill -9: what it wrote stands, and nothing it does later happens.
    public func kill() { simdisk_kill(disk.disk, number) }

    // MARK: FileSystem

    public func exists(_ path: String) -> Bool {
        var state = simdisk_file_state()
        return simdisk_state(disk.disk, number, path, &state) == 0
    }

    public func remove(_ path: String) throws(ReplicaError) {
        let code = simdisk_remove(disk.disk, number, path)
        guard code == 0 || code == Self.absent else { throw .file(path: path, operation: "unlink", code: code) }
    }

    public func rename(_ path: String, to name: String) throws(ReplicaError) {
        try check(simdisk_rename(disk.disk, number, path, name), "rename", name)
        try syncDirectory(of: name)
    }

    public func syncDirectory(of path: String) throws(ReplicaError) {
        try check(simdisk_sync_directory(disk.disk, number), "fsync", disk.root)
    }

    public func state(of path: String) throws(ReplicaError) -> FileState {
        var state = simdisk_file_state()
        try check(simdisk_state(disk.disk, number, path, &state), "stat", path)
        return FileState(state)
    }

    public func sync(_ path: String) throws(ReplicaError) -> FileState? {
        var state = simdisk_file_state()
        let code = simdisk_sync(disk.disk, number, path, &state)
        if code == Self.absent { return nil }
        try check(code, "fdatasync", path)
        return FileState(state)
    }

    private func check(_ code: Int32, _ operation: String, _ path: String) throws(ReplicaError) {
        if code != 0 { throw .file(path: path, operation: operation, code: code) }
    }

    /// ENOENT.
    private static let absent: Int32 = 2
}

extension FileState {
    init(_ state: simdisk_file_state) {
        self.init(
            identity: FileIdentity(device: 0, inode: state.number),
            changedNanoseconds: Int64(bitPattern: state.changes)
        )
    }
}
