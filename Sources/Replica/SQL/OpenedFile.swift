import GRDB
public import Synchronization

/// What a connection was opened for: equal ones serve each other's purpose.
public struct FileOpening: Hashable, Sendable {
    public let path: String
    public let isReadOnly: Bool
    public let firesTriggers: Bool
    public let pragmas: [String]
}

/// What a connection has of SQLite: the file, and its prepared statements.
///
/// Law: `sql` is touched on the queue only, which is what makes it safe to send.
public final class OpenedFile: @unchecked Sendable {
    /// Who keeps what connections leave behind, if anybody does.
    public static let keeper = Mutex<(any FileKeeper)?>(nil)

    let queue: DatabaseQueue
    let sql: SQL
    /// SQLite's own pointer, for whoever knows of its file more than we do.
    public let handle: OpaquePointer
    var isClosed = false

    init(_ queue: DatabaseQueue, _ handle: OpaquePointer) {
        (self.queue, self.handle) = (queue, handle)
        sql = SQL(handle)
    }
}

/// Keeps opened files whose connections are gone, for later ones. The simulator does, whose daemons are killed by the
/// thousand: SQLite reads the whole schema anew with each connection.
public protocol FileKeeper: Sendable {
    /// One that was left, and that its next owner may use as if it had just opened it.
    func take(_ opening: FileOpening) -> OpenedFile?

    /// A connection is gone that was not closed. Who does not keep the file lets it close.
    func offer(_ opened: OpenedFile, _ opening: FileOpening)
}
