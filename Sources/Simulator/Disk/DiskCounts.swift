import CSimulatedDisk

/// What a disk did, and which faults bit, since it was made.
public struct DiskCounts: Hashable, Sendable {
    public let reads: UInt64
    public let writes: UInt64
    public let syncs: UInt64
    public let bytesRead: UInt64
    public let bytesWritten: UInt64
    public let kills: UInt64
    /// Blocks that power losses dropped, kept, and kept in part.
    public let lostBlocks: UInt64
    public let keptBlocks: UInt64
    public let tornBlocks: UInt64
    /// New, removed and renamed files that power losses undid.
    public let lostEntries: UInt64
    private let faults: [UInt64]

    /// How often a fault was felt: an operation that failed or lied, a bit that was flipped, a power that went.
    public subscript(kind: DiskFault.Kind) -> UInt64 { faults[Self.place(of: kind)] }

    init(_ counts: simdisk_counts) {
        (reads, writes, syncs) = (counts.reads, counts.writes, counts.syncs)
        (bytesRead, bytesWritten) = (counts.bytes_read, counts.bytes_written)
        kills = counts.kills
        (lostBlocks, keptBlocks, tornBlocks) = (counts.lost_blocks, counts.kept_blocks, counts.torn_blocks)
        lostEntries = counts.lost_entries
        faults = DiskFault.Kind.allCases.map { kind in
            switch kind {
            case .full: counts.full_writes
            case .readError: counts.failed_reads
            case .writeError: counts.failed_writes
            case .syncError: counts.failed_syncs
            case .lyingSync: counts.lied_syncs
            case .flippedBit: counts.flipped_bits
            case .powerLoss: counts.power_losses
            case .diskLost: counts.disk_losses
            case .restored: counts.restores
            }
        }
    }

    private static func place(of kind: DiskFault.Kind) -> Int {
        DiskFault.Kind.allCases.firstIndex(of: kind) ?? 0
    }
}
