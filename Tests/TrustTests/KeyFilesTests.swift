import ChangeLog
import FoundationEssentials
import Glibc
import Testing

@testable import Trust

@Suite("Key files")
final class KeyFilesTests {
    private let directory: String
    private let files: KeyFiles
    private let network: Network

    init() throws {
        let temporary = FileManager.default.temporaryDirectory.path()
        var template = Array("\(temporary)/linli-keys-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
        files = KeyFiles(dataDirectory: directory)
        network = try Network()
    }

    deinit {
        for entry in entries() { unlink("\(files.directory)/\(entry)") }
        rmdir(files.directory)
        rmdir(directory)
    }

    @Test("bring back the authority and the node's credentials, byte for byte")
    func roundTrip() throws {
        try files.create(network.authority)
        let hub = try network.hub()
        try files.save(hub)
        #expect(try files.authority().certificate == network.authority.certificate)
        let back = try files.credentials()
        #expect(back.certificate == hub.certificate)
        #expect(back.key.der == hub.key.der)
        #expect(back.identity.isHub)
    }

    @Test("are open to their owner only, and leave nothing else behind")
    func modes() throws {
        umask(0)
        defer { umask(0o022) }
        try files.create(network.authority)
        try files.save(network.hub())
        #expect(try mode(files.directory) == 0o700)
        for file in KeyFiles.File.allCases { #expect(try mode(files.path(of: file)) == 0o600, "\(file)") }
        #expect(entries().sorted() == ["authority.crt", "authority.key", "node.crt", "node.key"])
    }

    @Test("never replace an authority")
    func authorityStays() throws {
        try files.create(network.authority)
        #expect(throws: KeyFileError.alreadyThere(files.path(of: .authorityKey))) {
            try files.create(Network("other").authority)
        }
        #expect(try files.authority().certificate == network.authority.certificate)
    }

    @Test("keep the key of a join that was cut, so that it goes on with the same one")
    func keyStays() throws {
        let key = try files.nodeKeyMadeIfAbsent()
        #expect(try files.nodeKeyMadeIfAbsent().der == key.der)
        #expect(try !files.hasCredentials())
        try files.save(network.store("a"))
        #expect(try files.hasCredentials())
    }

    @Test("that are missing, damaged or open to others are named, with the cure")
    func faults() throws {
        #expect(throws: KeyFileError.missing(files.path(of: .nodeCertificate))) { try files.credentials() }
        try files.save(network.store("a"))
        let keyPath = files.path(of: .nodeKey)
        chmod(keyPath, 0o640)
        let open = #expect(throws: KeyFileError.self) { try files.credentials() }
        #expect(open == .openToOthers(keyPath, mode: 0o640))
        #expect(open?.description.contains("chmod 600 \(keyPath)") == true)
        chmod(keyPath, 0o600)

        let certificatePath = files.path(of: .nodeCertificate)
        truncate(certificatePath, 100)
        guard
            case .damaged(certificatePath, _) = #expect(
                throws: KeyFileError.self,
                performing: { try files.credentials() }
            )
        else {
            Issue.record("a cut certificate is not called damaged")
            return
        }
    }

    @Test("written over what a crash left behind are whole")
    func leftover() throws {
        try files.save(network.store("a"))
        let leftover = files.path(of: .nodeKey) + ".new"
        let file = open(leftover, O_WRONLY | O_CREAT, 0o644)
        try #require(file >= 0 && close(file) == 0)
        let store = try network.store("b")
        try files.save(store)
        #expect(try files.credentials().key.der == store.key.der)
        #expect(try mode(files.path(of: .nodeKey)) == 0o600)
        #expect(access(leftover, F_OK) != 0)
    }

    @Test("that cannot be written say which, and what the system said")
    func unwritable() throws {
        let nowhere = KeyFiles(dataDirectory: directory + "/absent")
        #expect(throws: KeyFileError.failed("make", directory + "/absent/keys", SystemFault(code: ENOENT))) {
            try nowhere.create(network.authority)
        }
        try files.save(network.store("a"))
        let path = files.path(of: .nodeCertificate)
        unlink(path)
        mkdir(path, 0o700)
        defer { rmdir(path) }
        #expect(throws: KeyFileError.failed("write", path, SystemFault(code: EISDIR))) {
            try files.save(network.store("a"))
        }
        #expect(access(path + ".new", F_OK) != 0)
    }

    private func mode(_ path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    private func entries() -> [String] {
        guard let listing = opendir(files.directory) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
