import ChangeLog
public import Replica
import Trust

/// `linli hub audit`: the journal from end to end, against the authority's certificate in the hub's keys.
public enum HubAudit {
    /// - Throws: `ReplicaError`, `KeyFileError`.
    public static func run(directory: String) throws -> [JournalFinding] {
        let witness = StoreWitness(authority: try KeyFiles(dataDirectory: directory).credentials().authority)
        return try JournalAudit.run(directory: directory, witness: witness.fault)
    }
}

/// Checks stores' signatures by certificates of one authority; a certificate is read once.
final class StoreWitness {
    private enum Reading {
        case good(ChangesetVerifier, NodeName)
        case bad(String)
    }

    private let authority: AuthorityCertificate
    private var readings: [[UInt8]: Reading] = [:]

    init(authority: AuthorityCertificate) { self.authority = authority }

    /// What is wrong with a signature, or with the certificate of its key; nil when nothing is.
    func fault(store: NodeName, _ proof: ChangesetProof, _ hash: ChangesetHash) -> String? {
        switch reading(proof.certificate) {
        case .bad(let what): "the certificate that signed it is no good: \(what)"
        case .good(_, let node) where node != store: "it is signed by \(node), not by \(store)"
        case .good(let verifier, _):
            verifier.isSigned(hash, proof.signature) ? nil : "its signature is not that of \(store)'s key"
        }
    }

    private func reading(_ der: [UInt8]) -> Reading {
        if let known = readings[der] { return known }
        let fresh = read(der)
        readings[der] = fresh
        return fresh
    }

    private func read(_ der: [UInt8]) -> Reading {
        do {
            let certificate = try authority.vouch(for: der)
            guard let verifier = ChangesetVerifier(certificate) else { return .bad("its key is not on P-256") }
            return .good(verifier, certificate.node)
        } catch {
            return .bad("\(error)")
        }
    }
}
