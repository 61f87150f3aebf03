import Glibc
import Testing
import Transport

@Suite("The lock of a data directory")
struct DataDirectoryLockTests {
    @Test("has one holder, and tells the second who it is")
    func oneHolder() throws {
        let corner = try ControlCorner()
        let lock = try DataDirectoryLock(directory: corner.directory)
        #expect(throws: DataDirectoryError.held(corner.directory, by: getpid())) {
            try DataDirectoryLock(directory: corner.directory)
        }
        withExtendedLifetime(lock) {}
    }

    @Test("is free again when its holder is gone")
    func freed() throws {
        let corner = try ControlCorner()
        do { _ = try DataDirectoryLock(directory: corner.directory) }
        _ = try DataDirectoryLock(directory: corner.directory)
    }

    @Test("is not taken for held because a dead holder's file is there")
    func deadHolder() throws {
        let corner = try ControlCorner()
        let file = open(corner.directory + "/linli.lock", O_WRONLY | O_CREAT, 0o600)
        #expect(write(file, "1\n", 2) == 2)
        close(file)
        _ = try DataDirectoryLock(directory: corner.directory)
    }

    @Test("of a directory that is not there names the directory")
    func noDirectory() throws {
        let corner = try ControlCorner()
        let directory = corner.directory + "/absent"
        #expect(throws: DataDirectoryError.noDirectory(directory)) { try DataDirectoryLock(directory: directory) }
    }
}
