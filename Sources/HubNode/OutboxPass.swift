import ChangeLog
import Glibc
import NIOPosix
import SessionWork
import SyncSession
import Transport
import Trust
import WireFormat

/// Reads an outbox file once, from its beginning to its end, and checks it on the way.
struct OutboxPass {
    private static let pieceBytes = 256 * 1_024

    private let file: OutboxSource
    private let authority: AuthorityCertificate

    init(_ file: OutboxSource, authority: AuthorityCertificate) throws {
        self.file = file
        self.authority = authority
    }

    /// - Parameter each: hears each part after it was checked, with the header of the changeset that it completes.
    /// - Returns: the check, which the whole file passed.
    /// - Throws: `OutboxFault`; `ControlRefusal` for a file that cannot be read; what `each` throws.
    func run(
        _ each: (PushPart, ChangesetHeader?, PushWitness) async throws -> Void
    ) async throws -> OutboxCheck {
        var reader = OutboxReader()
        var check: (OutboxCheck, PushWitness)?
        while true {
            while let frame = try reader.next() {
                switch (frame, check) {
                case (.cover(let cover), nil): check = try begin(cover)
                case (.part(let part), .some((var open, let witness))):
                    let header = try open.take(part)
                    check = (open, witness)
                    try await each(part, header, witness)
                default: throw OutboxFault.damaged("it does not begin with one cover")
                }
            }
            let piece = try await NIOThreadPool.singleton.runIfActive { [file] in try file.read(Self.pieceBytes) }
            guard !piece.isEmpty else { break }
            reader.take(piece)
        }
        guard let (open, _) = check else { throw OutboxFault.notAnOutbox }
        guard reader.waiting == 0 else { throw OutboxFault.damaged("it is cut short") }
        try open.finish()
        return open
    }

    /// The certificate is this network's authority's, and the store's; whether it has ended does not matter for what
    /// was signed with it.
    private func begin(_ cover: OutboxCover) throws -> (OutboxCheck, PushWitness) {
        let certificate: NodeCertificate
        do { certificate = try authority.vouch(for: cover.certificate) } catch {
            throw ControlRefusal(
                .notPermitted,
                "the file is signed for another network: \(error); import it at the hub that the store joined"
            )
        }
        guard certificate.node == cover.store, let verifier = ChangesetVerifier(certificate) else {
            throw ControlRefusal(
                .notPermitted,
                "the file says that it is of store \(cover.store), and its certificate is \(certificate.node)'s"
            )
        }
        let witness = PushWitness(certificate: cover.certificate) { verifier.isSigned($0, $1) }
        return (OutboxCheck(cover, witness: witness), witness)
    }
}

/// An outbox file that is being read.
final class OutboxSource: Sendable {
    private let path: String
    private let file: Int32

    init(path: String) throws(ControlRefusal) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw Self.refusal("open", path, errno) }
    }

    deinit { close(file) }

    func rewind() throws(ControlRefusal) {
        guard lseek(file, 0, Int32(SEEK_SET)) == 0 else { throw Self.refusal("read", path, errno) }
    }

    /// At most `count` bytes; none at the end.
    func read(_ count: Int) throws(ControlRefusal) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while true {
                let got = Glibc.read(file, buffer.baseAddress, count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                filled = max(got, 0)
                return
            }
        }
        guard failure == 0 else { throw Self.refusal("read", path, failure) }
        return bytes
    }

    private static func refusal(_ verb: String, _ path: String, _ code: Int32) -> ControlRefusal {
        let why = "cannot \(verb) \(path): \(String(cString: strerror(code)))"
        switch code {
        case EACCES, EPERM:
            return ControlRefusal(
                .notPermitted,
                why + "; put it where the hub's user may read it, or stop the daemon and import as the owner of both"
            )
        case EIO: return ControlRefusal(.inputOutput, why + "; copy the file again")
        default: return ControlRefusal(.badInput, why + "; name the file that `linli store export-outbox` made")
        }
    }
}
