import ChangeLog
import Foundation
public import Replica
import SyncSession
public import Transport
import Trust

/// `linli hub backup` and `linli hub restore`: the replica and the keys, in one file.
public struct HubArchive: Sendable {
    let directory: String

    public init(directory: String) { self.directory = directory }

    /// Makes the file, with the daemon running or stopped. The hub is to be told afterwards.
    ///
    /// - Throws: `ReplicaError`, `KeyFileError`.
    public func backup(to path: String) throws -> HubBackup {
        let keys = try KeyFiles(dataDirectory: directory).contents()
        return try HubBackup.make(
            of: directory,
            at: path,
            companions: keys.map { HubBackup.Companion(name: "keys/\($0.file.rawValue)", bytes: Array($0.pem.utf8)) },
            nowMilliseconds: Moment.now.wallMilliseconds
        )
    }

    /// Notes a backup with no daemon running. The caller holds the directory's lock.
    public func noteAtRest(_ backup: HubBackup) throws {
        let replica = try HubFounding.open(directory: directory)
        try replica.noteBackup(backup.reach, nowMilliseconds: Moment.now.wallMilliseconds)
        try replica.close()
    }

    /// Puts the file's hub into the directory. The caller holds the directory's lock.
    ///
    /// - Throws: `ReplicaError`, `KeyFileError`.
    public func restore(from path: String, isForced: Bool) throws -> HubRestore.Done {
        if FileManager.default.fileExists(atPath: StoreReplica.replicaPath(directory)) {
            guard try NodeFacts.read(directory: directory).role.isHub else {
                throw ReplicaError.wrongRole(file: directory, is: "store", wanted: "hub")
            }
        }
        let keys = KeyFiles(dataDirectory: directory)
        return try HubRestore(directory: directory).restore(from: path, isForced: isForced) { companions in
            for one in companions {
                guard one.name.hasPrefix("keys/"), let file = KeyFiles.File(rawValue: String(one.name.dropFirst(5))),
                    let pem = String(validating: one.bytes, as: UTF8.self)
                else { throw ReplicaError.damaged(what: "\(path): its file \(one.name)") }
                try keys.restore(pem, to: file)
            }
        }
    }

    /// What a backup holds, as the control socket says it.
    public static func sites(_ backup: HubBackup) -> [ControlRequest.BackedUpSite] {
        backup.reach.map { ControlRequest.BackedUpSite(site: $0.site.description, number: $0.number.number) }
    }

    static func reach(_ sites: [ControlRequest.BackedUpSite]) throws(ControlRefusal) -> [HubBackup.Reach] {
        var reach: [HubBackup.Reach] = []
        for one in sites {
            guard let site = SiteID(one.site) else {
                throw ControlRefusal(.badInput, "'\(one.site)' names no site; run one version of linli")
            }
            reach.append(HubBackup.Reach(site: site, number: ChangesetNumber(one.number)))
        }
        return reach
    }
}
