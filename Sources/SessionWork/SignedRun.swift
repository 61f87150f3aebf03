public import ChangeLog
import Replica
public import SyncSession

/// Who vouches for what a session pushes: checks a signature over a hash.
public struct PushWitness: Sendable {
    /// The certificate of the key that the check uses (X.509, DER).
    public let certificate: [UInt8]
    let isSigned: @Sendable (ChangesetHash, ChangesetSignature) -> Bool

    public init(
        certificate: [UInt8],
        isSigned: @escaping @Sendable (ChangesetHash, ChangesetSignature) -> Bool
    ) {
        self.certificate = certificate
        self.isSigned = isSigned
    }
}

/// Changesets of one session that came whole and wait for a signature that covers them.
///
///     changeset, changeset, … changeset + signature ──checked──▶ all of them to the writer
///
/// Law: nothing is merged before a signature over its hash, or over the hash of a changeset that is chained to it, was
/// checked. What waits is bounded by the push window: it is not answered yet.
struct SignedRun: Sendable {
    private struct Waiting: Sendable {
        var changeset: IncomingChangeset
        var bytes: Int
    }

    private let witness: PushWitness?
    private var waiting: [Waiting] = []
    private var lastHash = ChangesetHash.none

    /// - Parameter witness: nil where changesets need no signature.
    init(witness: PushWitness?) { self.witness = witness }

    /// Takes a changeset that came whole.
    ///
    /// - Returns: what may be merged now, in order.
    mutating func take(
        _ changeset: IncomingChangeset,
        bytes: Int,
        signature: ChangesetSignature?
    ) throws(UnsignedPush) -> [HubErrand] {
        let number = changeset.header.number
        guard let witness else { return [.merge(changeset, number: number, bytes: bytes)] }
        guard waiting.isEmpty || changeset.header.previous == lastHash else { throw .unchained(number) }
        lastHash = changeset.header.hash
        waiting.append(Waiting(changeset: changeset, bytes: bytes))
        guard let signature else { return [] }
        guard witness.isSigned(lastHash, signature) else { throw .badSignature(number) }
        waiting[waiting.count - 1].changeset.proof = ChangesetProof(
            signature: signature,
            certificate: witness.certificate
        )
        let ready = waiting
        waiting = []
        return ready.map { .merge($0.changeset, number: $0.changeset.header.number, bytes: $0.bytes) }
    }
}

/// What a store pushed is not what its key signed.
public enum UnsignedPush: Error, Hashable, Sendable {
    case badSignature(ChangesetNumber)
    case unchained(ChangesetNumber)

    /// What the store hears.
    public var bye: Bye {
        switch self {
        case .badSignature(let number):
            Bye(
                .protocolError,
                "the signature of changeset \(number) is not that of this store's key; nothing after the last "
                    + "acknowledged changeset was merged: see that keys and replica are of one machine"
            )
        case .unchained(let number):
            Bye(
                .forked,
                "changeset \(number) does not follow the one before it: the replica was copied, or restored from a "
                    + "backup; join again with a new token"
            )
        }
    }
}
