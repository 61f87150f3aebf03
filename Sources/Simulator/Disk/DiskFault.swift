import CSimulatedDisk

/// What goes wrong with a disk. `--faults` names the kinds; a fault is one of them with its measure.
public enum DiskFault: Hashable, Sendable {
    /// The disk takes so many bytes more; SQLite says SQLITE_FULL. Ends with `relieve`.
    case full(afterBytes: Int64)
    /// After so many more reads, writes or syncs the next `times` of them fail with an I/O error; nil: until `relieve`.
    /// A failed sync forsakes what it was to write: it is read as written, and no later sync writes it, unless it is
    /// written again (as Linux does).
    case readError(after: Int, times: Int?)
    case writeError(after: Int, times: Int?)
    case syncError(after: Int, times: Int?)
    /// Syncs succeed and do nothing. Ends with `relieve`.
    case lyingSync
    /// One bit of a file, counted from its beginning, is the other one.
    case flippedBit(path: String, bit: Int64)
    case powerLoss(PowerLoss, seed: UInt64)
    /// All files are gone.
    case diskLost
    /// The files are those of an older snapshot, or of another disk's.
    case restored(DiskSnapshot)

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case full = "full-disk"
        case readError = "read-error"
        case writeError = "write-error"
        case syncError = "sync-error"
        case lyingSync = "lying-sync"
        case flippedBit = "flipped-bit"
        case powerLoss = "power-loss"
        case diskLost = "disk-lost"
        case restored = "disk-restored"
    }

    public var kind: Kind {
        switch self {
        case .full: .full
        case .readError: .readError
        case .writeError: .writeError
        case .syncError: .syncError
        case .lyingSync: .lyingSync
        case .flippedBit: .flippedBit
        case .powerLoss: .powerLoss
        case .diskLost: .diskLost
        case .restored: .restored
        }
    }
}

extension SimulatedDisk {
    /// The fault is there from now on, or has happened.
    ///
    /// - Returns: false when it cannot be: a bit beyond the end of its file.
    @discardableResult
    public func inject(_ fault: DiskFault) -> Bool {
        switch fault {
        case .full(let bytes): simdisk_fill(disk, bytes)
        case .readError(let after, let times): fail(SIMDISK_READ, after, times)
        case .writeError(let after, let times): fail(SIMDISK_WRITE, after, times)
        case .syncError(let after, let times): fail(SIMDISK_SYNC, after, times)
        case .lyingSync: simdisk_set_lies(disk, true)
        case .flippedBit(let path, let bit): return simdisk_flip(disk, path, bit) == 0
        case .powerLoss(let loss, let seed): losePower(loss, seed: seed)
        case .diskLost: lose()
        case .restored(let snapshot): restore(snapshot)
        }
        return true
    }

    /// Ends the faults that last: a full disk, errors, lies.
    public func relieve() {
        simdisk_relieve(disk)
        simdisk_set_lies(disk, false)
    }

    private func fail(_ operation: simdisk_operation, _ after: Int, _ times: Int?) {
        simdisk_fail(disk, operation, UInt64(after), times.map { UInt64($0) } ?? .max)
    }
}

extension DiskSnapshot: Hashable {
    public static func == (one: DiskSnapshot, other: DiskSnapshot) -> Bool { one === other }
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
