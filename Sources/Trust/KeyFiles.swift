import Glibc

/// The keys and certificates of a node on its disk: `DIR/keys`, a directory that only its owner may enter (0700), with
/// files that only the owner may read (0600). All are PEM.
///
///     authority.key    the authority's private key    hub only
///     authority.crt    the authority's certificate    hub and store
///     node.key         the node's own private key     hub and store
///     node.crt         the node's own certificate     hub and store; written last, so that its presence says joined
///
/// A file is written whole or not at all: a temporary file, fsync, rename, fsync of the directory.
public struct KeyFiles: Sendable {
    public enum File: String, CaseIterable, Sendable {
        case authorityKey = "authority.key"
        case authorityCertificate = "authority.crt"
        case nodeKey = "node.key"
        case nodeCertificate = "node.crt"

        var isSecret: Bool { self == .authorityKey || self == .nodeKey }
    }

    /// `DIR/keys`.
    public let directory: String

    /// - Parameter dataDirectory: `DIR`, which must exist before anything is written.
    public init(dataDirectory: String) { directory = dataDirectory + "/keys" }

    public func path(of file: File) -> String { "\(directory)/\(file.rawValue)" }

    // MARK: The authority, at the hub

    /// Writes a new authority. An authority that is already there stays: every store of the network hangs on it.
    ///
    /// - Throws: `KeyFileError.alreadyThere`, or another when the disk or the rights fail.
    public func create(_ authority: CertificateAuthority) throws(KeyFileError) {
        guard try !exists(.authorityKey) else { throw .alreadyThere(path(of: .authorityKey)) }
        try write(authority.key.pem, to: .authorityKey)
        try write(authority.certificate.pem, to: .authorityCertificate)
    }

    /// Writes the renewed certificate of the authority that is there.
    ///
    /// - Throws: `KeyFileError`.
    public func renew(_ authority: CertificateAuthority) throws(KeyFileError) {
        try write(authority.certificate.pem, to: .authorityCertificate)
    }

    /// When the node's certificate was written here, milliseconds since 1970 UTC by this machine's clock.
    ///
    /// - Throws: `KeyFileError`.
    public func certificateReceivedMilliseconds() throws(KeyFileError) -> Int64 {
        let path = path(of: .nodeCertificate)
        do { return try OwnFile.modifiedMilliseconds(path) } catch {
            throw error.code == ENOENT ? .missing(path) : .failed("look at", path, error)
        }
    }

    /// - Throws: `KeyFileError`.
    public func authority() throws(KeyFileError) -> CertificateAuthority {
        let key = try nodeKey(from: .authorityKey)
        let certificate = try authorityCertificate()
        do { return try CertificateAuthority(key: key, certificate: certificate) } catch {
            throw .damaged(path(of: .authorityKey), error)
        }
    }

    // MARK: The node's own

    /// The node's key, made and written if it has none yet: a join that was cut goes on with the same key.
    ///
    /// - Throws: `KeyFileError`.
    public func nodeKeyMadeIfAbsent() throws(KeyFileError) -> NodeKey {
        if try exists(.nodeKey) { return try nodeKey(from: .nodeKey) }
        let key = NodeKey()
        try write(key.pem, to: .nodeKey)
        return key
    }

    /// Writes certificates that were received, or renewed, beside the key.
    ///
    /// - Throws: `KeyFileError`.
    public func save(_ credentials: NodeCredentials) throws(KeyFileError) {
        try write(credentials.key.pem, to: .nodeKey)
        try write(credentials.authority.pem, to: .authorityCertificate)
        try write(credentials.certificate.pem, to: .nodeCertificate)
    }

    /// - Throws: `KeyFileError.missing` for a node that has not joined; another when a file is damaged, open to others
    ///   or unreadable.
    public func credentials() throws(KeyFileError) -> NodeCredentials {
        let certificate: NodeCertificate
        let pem = try read(.nodeCertificate)
        do { certificate = try NodeCertificate(pem: pem) } catch { throw .damaged(path(of: .nodeCertificate), error) }
        let key = try nodeKey(from: .nodeKey)
        let authority = try authorityCertificate()
        do { return try NodeCredentials(key: key, certificate: certificate, authority: authority) } catch {
            throw .damaged(path(of: .nodeCertificate), error)
        }
    }

    /// Whether the node has a certificate.
    ///
    /// - Throws: `KeyFileError.failed` when that cannot be found out.
    public func hasCredentials() throws(KeyFileError) -> Bool { try exists(.nodeCertificate) }

    // MARK: For a backup

    /// Every file that is there, as it stands.
    ///
    /// - Throws: `KeyFileError`.
    public func contents() throws(KeyFileError) -> [(file: File, pem: String)] {
        var contents: [(File, String)] = []
        for file in File.allCases where try exists(file) { contents.append((file, try read(file))) }
        return contents
    }

    /// Writes a file as it stood in a backup.
    ///
    /// - Throws: `KeyFileError`.
    public func restore(_ pem: String, to file: File) throws(KeyFileError) { try write(pem, to: file) }

    // MARK: One file

    private func nodeKey(from file: File) throws(KeyFileError) -> NodeKey {
        let pem = try read(file)
        do { return try NodeKey(pem: pem) } catch { throw .damaged(path(of: file), error) }
    }

    private func authorityCertificate() throws(KeyFileError) -> AuthorityCertificate {
        let pem = try read(.authorityCertificate)
        do { return try AuthorityCertificate(pem: pem) } catch {
            throw .damaged(path(of: .authorityCertificate), error)
        }
    }

    private func exists(_ file: File) throws(KeyFileError) -> Bool {
        if access(path(of: file), F_OK) == 0 { return true }
        guard errno == ENOENT else { throw .failed("look for", path(of: file), SystemFault.last) }
        return false
    }

    private func read(_ file: File) throws(KeyFileError) -> String {
        let path = path(of: file)
        let contents: OwnFile.Contents
        do { contents = try OwnFile.read(path) } catch {
            throw error.code == ENOENT ? .missing(path) : .failed("read", path, error)
        }
        guard !file.isSecret || contents.mode & 0o077 == 0 else { throw .openToOthers(path, mode: contents.mode) }
        guard let text = String(validating: contents.bytes, as: UTF8.self) else {
            throw .damaged(path, .unreadable("not a text"))
        }
        return text
    }

    private func write(_ pem: String, to file: File) throws(KeyFileError) {
        do { try OwnFile.makeDirectory(directory) } catch { throw .failed("make", directory, error) }
        let path = path(of: file)
        do { try OwnFile.write(Array(pem.utf8), to: path, in: directory) } catch { throw .failed("write", path, error) }
    }
}
