import Glibc

@testable import Replica

/// What a kill or a power cut leaves of a store: its files as they are at one moment, in a directory of their own.
enum StoreImage {
    /// `replicaLogBytes`: how much of the log of linli.db is on the disk, when the power goes; nil: all of it, as after
    /// a kill.
    static func take(of directory: String, replicaLogBytes: Int? = nil) throws -> String {
        let image = try StoreShop.temporaryDirectory()
        for file in ["linli.db", "linli.db-wal", "changes.db", "changes.db-wal"] {
            var bytes = try read("\(directory)/\(file)")
            if file == "linli.db-wal", let replicaLogBytes { bytes = Array(bytes.prefix(replicaLogBytes)) }
            try write(bytes, to: "\(image)/\(file)")
        }
        return image
    }

    /// The replica of one directory beside the change log of another.
    static func take(replica: String, log: String) throws -> String {
        let image = try StoreShop.temporaryDirectory()
        for suffix in ["", "-wal"] {
            try write(read("\(replica)/linli.db\(suffix)"), to: "\(image)/linli.db\(suffix)")
            try write(read("\(log)/changes.db\(suffix)"), to: "\(image)/changes.db\(suffix)")
        }
        return image
    }

    static func logBytes(of directory: String) throws -> Int { try read("\(directory)/linli.db-wal").count }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else {
            throw ReplicaError.file(path: path, operation: "open", code: errno)
        }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }
}
