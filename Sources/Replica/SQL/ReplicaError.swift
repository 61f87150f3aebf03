import GRDBSQLite
import Glibc

/// What the replica can say when a file, a disk or a person is wrong. Each text says what happened, then what to do.
public enum ReplicaError: Error, Hashable, Sendable {
    /// SQLite refused. `code` is its extended result code.
    case sqlite(code: Int32, message: String, sql: String)
    /// The directory holds no replica.
    case notANode(directory: String)
    /// The directory holds a replica already.
    case exists(file: String)
    /// The directory that a backup is to go into holds a hub.
    case replaces(file: String)
    /// A file stands where one is to be written.
    case inTheWay(file: String)
    /// The replica was made by a later program.
    case newer(file: String, format: Int)
    /// The replica is another role's.
    case wrongRole(file: String, is: String, wanted: String)
    /// A table, trigger or view of ours is not as we made it.
    case altered(object: String)
    /// A setting of ours is missing or not of its kind.
    case damagedSetting(name: String)
    /// A row of one of our tables cannot be read back.
    case damaged(what: String)
    /// A file operation outside SQLite failed; `code` is errno.
    case file(path: String, operation: String, code: Int32)
    /// changes.db is missing, or older or newer than linli.db.
    case notOfOneTime(file: String)
    /// What the hub sent, or says of this store, cannot be.
    case refusedFeed(String)
    /// A changeset that the hub asks for is no longer kept.
    case trimmed(number: Int64)
    /// This node knows nothing of that store.
    case stranger(store: String, node: String)
    /// The file is a replica, or another database, and no backup of a hub.
    case notABackup(file: String)
    /// A store has a version of the schema that this hub made and lost, and the hub has another one of that number.
    case otherSchema(version: Int)

    /// SQLite's primary result code, without what extends it.
    public var primaryCode: Int32? {
        if case .sqlite(let code, _, _) = self { code & 0xff } else { nil }
    }
}

extension ReplicaError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .sqlite(let code, let message, let sql):
            "SQLite: \(message) (code \(code))"
                + (Self.cure(of: code & 0xff).map { "; \($0)" } ?? (sql.isEmpty ? "" : " in: \(sql.prefix(120))"))
        case .notANode(let directory):
            "\(directory) holds no replica; make one with `linli hub init` or `linli store join`"
        case .exists(let file):
            "\(file) exists already; name another --data directory, or move this one away"
        case .inTheWay(let file): "\(file) exists already; name another file, or move this one away"
        case .replaces(let file):
            "\(file) exists already; give --force, which keeps what is there beside it, or another --data directory"
        case .newer(let file, let format):
            "\(file) was made by a later linli (format \(format)); install that version, nothing was changed"
        case .wrongRole(let file, let role, let wanted):
            "\(file) belongs to a \(role), not to a \(wanted); name another --data directory"
        case .altered(let object):
            "\(object) is not as linli made it; take the application's change back, or restore the directory from a backup"
        case .damagedSetting(let name):
            "the replica's setting \(name) is missing or damaged; restore the directory from a backup"
        case .damaged(let what):
            "\(what) is damaged; restore the directory from a backup"
        case .file(let path, let operation, let code):
            "\(operation) of \(path) failed: \(String(cString: strerror(code))); "
                + ([EACCES, EPERM, EROFS].contains(code)
                    ? "run as the owner of the data directory, or correct its rights" : "check the disk")
        case .notOfOneTime(let file):
            "\(file) does not belong to the linli.db beside it; restore both from one backup, or join anew"
        case .refusedFeed(let what):
            "the hub's feed cannot be applied: \(what); nothing of it was committed: connect again, and if it stays, "
                + "run one version of linli at both ends"
        case .stranger(let store, let node):
            "\(node) has nothing of a store \(store); `linli hub stores` lists those that there are"
        case .notABackup(let file):
            "\(file) is no backup of a hub; make one with `linli hub backup FILE`"
        case .otherSchema(let version):
            "version \(version) of the schema is another one at this store: the hub lost that one with its disk, and has "
                + "made a new one since; join the store again with a new token (`linli hub invite`)"
        case .trimmed(let number):
            "changeset \(number) is no longer kept; the hub lost more than stores keep: restore a later backup of the hub"
        }
    }
}

extension ReplicaError {
    /// The disk failed, or what stands on it; neither the request nor the program is at fault.
    public var isOfStorage: Bool {
        switch self {
        case .file, .damaged, .damagedSetting, .notOfOneTime: true
        default: primaryCode.map { Self.cure(of: $0) != nil } ?? false
        }
    }

    /// What a person can do about SQLite's primary result code; nil where it is for us to do something.
    private static func cure(of code: Int32) -> String? {
        switch code {
        case SQLITE_FULL: "make room on the disk: nothing is lost, and a daemon goes on by itself"
        case SQLITE_IOERR: "check the disk: nothing is lost, and a daemon tries again by itself"
        case SQLITE_BUSY, SQLITE_LOCKED: "some program holds a transaction open; end it"
        case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH, SQLITE_CANTOPEN:
            "see that this user may read and write the data directory and its files"
        case SQLITE_CORRUPT, SQLITE_NOTADB: "restore the directory from a backup, or join anew"
        default: nil
        }
    }
}
