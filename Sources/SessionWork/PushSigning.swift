public import ChangeLog
import Replica
public import SyncSession

/// Makes a store's signature over a changeset's hash. Whoever runs the session has the key.
public typealias SignChangeset = @Sendable (ChangesetHash) throws -> ChangesetSignature

extension [PushPart] {
    /// Signs the last changeset that ends among these parts: its hash covers all before it. So a store that has been
    /// away signs once a load, not once a changeset, and sealing signs nothing.
    public mutating func sign(with sign: SignChangeset) throws {
        guard let last = lastIndex(where: \.endsChangeset), let header = self[last].header else { return }
        self[last].signature = try sign(header.hash)
    }
}

extension PushPart {
    /// A loaded part, which carries its header, is the last of its changeset.
    fileprivate var endsChangeset: Bool { header.map { part + 1 == $0.parts } ?? false }
}
