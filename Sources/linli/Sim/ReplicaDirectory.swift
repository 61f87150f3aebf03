import Foundation
import Simulator

/// Where a run leaves its nodes' files, a directory for each: `DIRECTORY/store-1/linli.db`, to be read with any SQLite.
struct ReplicaDirectory {
    private let path: String

    /// - Throws: `Failure` when it cannot be made, or something stands in it: it would be mixed with the run's.
    init(_ path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                throw Failure(ExitCodes.inputOutput, "\(path) is not empty; name another --replicas directory")
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Self.unwritable(path)
        }
    }

    func write(_ file: KeptFile) throws {
        let target = "\(path)/\(file.machine)/\(file.name)"
        do {
            try FileManager.default.createDirectory(
                atPath: (target as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(file.bytes).write(to: URL(fileURLWithPath: target))
        } catch {
            throw Self.unwritable(target)
        }
    }

    private static func unwritable(_ path: String) -> Failure {
        Failure(ExitCodes.inputOutput, "\(path) cannot be written; name another --replicas directory")
    }
}
