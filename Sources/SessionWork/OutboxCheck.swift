public import ChangeLog
import Replica
public import SyncSession
public import WireFormat

/// Sees that an outbox file is what its store wrote: each changeset whole, chained to the one before it, and under a
/// signature of the store. Frame by frame, in memory of a constant size.
///
///     cover ─▶ first.0, first.1, … last.n ─▶ end
///
/// Law: `finish` does not throw only if every part from the first to the last came, and a signature covers all of them.
public struct OutboxCheck: Sendable {
    /// So many bytes of changesets may wait for a signature, because they are held until it comes: a few times what an
    /// export signs at once.
    private static let unsignedBytesMax = 4 * 1_024 * 1_024

    public let cover: OutboxCover
    /// The hash of the changeset before the first.
    public private(set) var before: ChangesetHash?
    /// The hash of the last changeset that came whole.
    public private(set) var lastHash = ChangesetHash.none
    private let witness: PushWitness
    private var due: ChangesetNumber
    private var header: ChangesetHeader?
    private var part = 0
    private var bytes = 0
    private var body = BodyHasher()
    private var signed = ChangesetNumber.none
    /// Of changesets in one part, which wait in memory.
    private var unsignedBytes = 0

    public init(_ cover: OutboxCover, witness: PushWitness) {
        self.cover = cover
        self.witness = witness
        due = cover.first
    }

    /// Takes the next part.
    ///
    /// - Returns: the header of the changeset that it completes.
    public mutating func take(_ next: PushPart) throws(OutboxFault) -> ChangesetHeader? {
        guard due <= cover.last else { throw .damaged("it goes on after changeset \(cover.last), its last") }
        guard next.number == due, next.part == part else {
            throw .damaged("part \(next.part) of changeset \(next.number) stands where part \(part) of \(due) is due")
        }
        if part == 0 { header = next.header }
        guard let header, header.site == cover.site, header.number == due else {
            throw .damaged("changeset \(due) has no header of its own")
        }
        if part == 0 { try follow(header) }
        body.add(next.bytes)
        bytes += next.bytes.count
        part += 1
        guard part == header.parts else { return nil }
        guard bytes == header.bytes, body.finish() == header.bodyHash else {
            throw .damaged("the body of changeset \(due) is not the one that its header names")
        }
        lastHash = header.hash
        unsignedBytes += Limits.envelopeBytes + (header.parts == 1 ? next.bytes.count : 0)
        if let signature = next.signature {
            guard witness.isSigned(lastHash, signature) else {
                throw .damaged("the signature of changeset \(due) is not that of its store's key")
            }
            (signed, unsignedBytes) = (due, 0)
        }
        guard unsignedBytes <= Self.unsignedBytesMax else {
            throw .damaged("no signature stands in \(unsignedBytes) bytes before changeset \(due)")
        }
        begin(due.next)
        return header
    }

    /// The file is over.
    public func finish() throws(OutboxFault) {
        guard due == cover.last.next, part == 0 else {
            throw .damaged("it ends in changeset \(due), and says that its last is \(cover.last)")
        }
        guard signed == cover.last else { throw .damaged("no signature covers changeset \(cover.last)") }
    }

    private mutating func follow(_ header: ChangesetHeader) throws(OutboxFault) {
        if before == nil {
            before = header.previous
        } else if header.previous != lastHash {
            throw .damaged("changeset \(due) does not follow the one before it")
        }
    }

    private mutating func begin(_ number: ChangesetNumber) {
        (due, header, part, bytes, body) = (number, nil, 0, 0, BodyHasher())
    }
}
