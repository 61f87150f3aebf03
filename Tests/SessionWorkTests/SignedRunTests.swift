import ChangeLog
import Replica
import Synchronization
import SyncSession
import Testing

@testable import SessionWork

@Suite("What a session pushes")
struct SignedRunTests {
    /// Signs by writing the hash twice: good enough to be right or wrong.
    private static func sign(_ hash: ChangesetHash) throws -> ChangesetSignature {
        try #require(ChangesetSignature(hash.bytes + hash.bytes))
    }

    private static let witness = PushWitness(certificate: [1, 2, 3]) { $1.bytes == $0.bytes + $0.bytes }

    /// A chain of empty changesets, each a part.
    private static func parts(_ numbers: ClosedRange<Int64>, parts: Int = 1) -> [PushPart] {
        var previous = ChangesetHash.none
        var all: [PushPart] = []
        for number in numbers {
            let header = header(number, after: previous, segments: parts)
            previous = header.hash
            for part in 0..<parts {
                all.append(PushPart(number: header.number, part: part, header: header, bytes: [1]))
            }
        }
        return all
    }

    private static func header(_ number: Int64, after previous: ChangesetHash, segments: Int) -> ChangesetHeader {
        ChangesetHeader(
            site: SiteID(9),
            number: ChangesetNumber(number),
            previous: previous,
            base: .start,
            schemaVersion: 1,
            stampMax: .zero,
            segments: segments,
            operations: segments,
            bytes: segments,
            bodyHash: .none
        )
    }

    /// The numbers that the writer gets for these parts, and the last of them with a proof.
    private static func merged(_ parts: [PushPart]) -> (numbers: [Int64], proven: [Int64], refused: UnsignedPush?) {
        var errands = HubErrands(site: SiteID(9), witness: witness)
        var numbers: [Int64] = []
        var proven: [Int64] = []
        for part in parts {
            let isLast = part.header.map { part.part + 1 == $0.parts } ?? true
            for errand in errands.errands(for: .submit(part, isLast: isLast)) {
                switch errand {
                case .merge(let changeset, let number, _):
                    numbers.append(number.number)
                    if changeset.proof != nil { proven.append(number.number) }
                case .refuse(let why): return (numbers, proven, why)
                case .write, .read: break
                }
            }
        }
        return (numbers, proven, nil)
    }

    @Test("is signed once a load, with the last changeset that ends in it")
    func signedOnce() throws {
        var load = Self.parts(1...5)
        try load.sign(with: Self.sign)
        #expect(load.map { $0.signature != nil } == [false, false, false, false, true])
        var long = Array(Self.parts(1...3, parts: 3).prefix(8))
        try long.sign(with: Self.sign)
        #expect(long.firstIndex { $0.signature != nil } == 5)
        #expect(long.filter { $0.signature != nil }.count == 1)
        var part = Array(Self.parts(1...1, parts: 3).prefix(2))
        try part.sign(with: Self.sign)
        #expect(part.allSatisfy { $0.signature == nil })
    }

    @Test("goes to the writer when a signature covers it, and not before")
    func waits() throws {
        var load = Self.parts(1...5)
        #expect(Self.merged(load).numbers == [])
        try load.sign(with: Self.sign)
        let found = Self.merged(load)
        #expect(found.numbers == [1, 2, 3, 4, 5])
        #expect(found.proven == [5])
        #expect(found.refused == nil)
    }

    @Test("is refused whole when the signature is another's, and nothing of it is merged")
    func wrongSignature() throws {
        var load = Self.parts(1...5)
        try load.sign { hash in try Self.sign(hash == .none ? hash : .none) }
        let found = Self.merged(load)
        #expect(found.numbers == [])
        #expect(found.refused == .badSignature(ChangesetNumber(5)))
    }

    @Test("is refused whole when a changeset is not chained to the one before it, whatever the last signature says")
    func unchained() throws {
        var load = Self.parts(1...2) + Self.parts(3...4)
        try load.sign(with: Self.sign)
        let found = Self.merged(load)
        #expect(found.numbers == [])
        #expect(found.refused == .unchained(ChangesetNumber(3)))
    }

    @Test("needs no signature where nobody is asked to check one")
    func withoutWitness() {
        var errands = HubErrands(site: SiteID(9))
        let made = Self.parts(1...3).flatMap { errands.errands(for: .submit($0, isLast: true)) }
        #expect(made.count == 3)
    }
}
