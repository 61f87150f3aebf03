public import ChangeLog

/// What a store gives back to a hub that was restored from a backup: a chunk of the history that the hub has lost, as
/// it came down, with the seal by which the hub knows it as its own.
public struct Offer: Hashable, Sendable {
    /// Offers come twice: what the outbox writes to may be a row that the hub made, and what the hub wrote may stand in a
    /// row that the outbox makes.
    public enum Pass: UInt8, Hashable, Sendable, CaseIterable {
        case beforeOutbox = 0
        case afterOutbox = 1
    }

    public var pass: Pass
    /// Of the session in which the chunk came.
    public var epoch: Epoch
    /// As `ChunkWriter` made it; empty with the last.
    public var bytes: [UInt8]
    public var seal: [UInt8]
    /// Nothing more of this pass follows.
    public var isLast: Bool

    public init(pass: Pass, epoch: Epoch, bytes: [UInt8], seal: [UInt8], isLast: Bool) {
        self.pass = pass
        self.epoch = epoch
        self.bytes = bytes
        self.seal = seal
        self.isLast = isLast
    }

    /// Ends a pass.
    public static func last(_ pass: Pass) -> Offer {
        Offer(pass: pass, epoch: .none, bytes: [], seal: [], isLast: true)
    }

    /// What the offer counts in a frame.
    public var windowBytes: Int { bytes.count + Limits.envelopeBytes }
}

/// A chunk that a store keeps for such a day.
public struct KeptChunk: Hashable, Sendable {
    /// Grows with each chunk that is kept.
    public var id: Int64
    public var epoch: Epoch
    public var bytes: [UInt8]
    public var seal: [UInt8]

    public init(id: Int64, epoch: Epoch, bytes: [UInt8], seal: [UInt8]) {
        self.id = id
        self.epoch = epoch
        self.bytes = bytes
        self.seal = seal
    }
}
