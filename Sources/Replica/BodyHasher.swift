public import ChangeLog
import Crypto

/// SHA-256 over the segments of a changeset's body as they come: what its header's `bodyHash` must be.
public struct BodyHasher: Sendable {
    private var hash = SHA256()

    public init() {}

    public mutating func add(_ segment: [UInt8]) { hash.update(data: segment) }

    public func finish() -> ChangesetHash {
        guard let found = ChangesetHash(hash.finalize()) else { preconditionFailure("SHA-256 has 32 bytes") }
        return found
    }
}
