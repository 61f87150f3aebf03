public import ChangeLog
import Crypto

extension JoinToken {
    /// The site that a machine with this key becomes by this token: the first 64 bits of SHA-256 over the secret and the
    /// public key (SEC 1, compressed).
    ///
    /// Law: a join that was cut, and is repeated in the same directory, asks for the same site, so that the hub knows it
    /// again; another token, or another machine, is another site.
    public func site(of key: NodeKey) -> SiteID {
        let digest = SHA256.hash(data: secret.bytes + key.signing.publicKey.compressedRepresentation)
        // Zero is no site.
        return SiteID(max(digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, 1))
    }
}
