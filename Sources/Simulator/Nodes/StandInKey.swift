import ChangeLog
import SessionWork

/// A store's key, for runs in which nobody forges signatures: 64 bytes of the hash and the store's name, in a
/// thousandth of the time that a real one takes. What is signed, checked, kept in the journal and refused is as in the
/// daemons.
struct StandInKey: Sendable {
    private let name: [UInt8]

    init(of store: NodeName) { name = Array(store.text.utf8) }

    func sign(_ hash: ChangesetHash) -> ChangesetSignature {
        var bytes = hash.bytes
        while bytes.count < ChangesetSignature.byteCount { bytes.append(name[bytes.count % name.count]) }
        guard let signature = ChangesetSignature(bytes.prefix(ChangesetSignature.byteCount)) else {
            preconditionFailure("a signature has \(ChangesetSignature.byteCount) bytes")
        }
        return signature
    }

    var witness: PushWitness {
        PushWitness(certificate: name) { hash, signature in sign(hash) == signature }
    }
}
