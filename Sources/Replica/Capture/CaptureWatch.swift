import Glibc
import Synchronization

/// Notices commits to a replica by other processes, within a millisecond and without polling.
///
/// A commit appends to the write-ahead log, and inotify says so; but it says so at the first byte, before the commit is
/// visible. So after each event `PRAGMA data_version` is asked until it moves, for at most a millisecond. What inotify
/// misses (a log that was replaced, a file system without it) a tick every 50 ms finds.
///
///     idle --event--> asking --moved--> noticed --> idle
///      |  ^              '--a millisecond--> idle
///      '--tick: ask once, and watch the log anew if it is another file
///
/// The connection that asks has never a transaction open, and stays open: a client that closes last would remove the
/// log, and one alone could switch the journal mode.
public final class CaptureWatch: Sendable {
    private static let tickMilliseconds: Int32 = 50
    private static let askMicroseconds: UInt32 = 20
    private static let asksMax = 50

    private let connection: Connection
    private let noticed: @Sendable () -> Void
    private let path: String
    private let events: OwnedDescriptor
    /// A pipe: closing its far end wakes the thread.
    private let wake: OwnedDescriptor
    private let end: Int32
    private let thread: Mutex<pthread_t?>

    /// - Parameters:
    ///   - path: of linli.db.
    ///   - noticed: called on the watch's own thread after commits that follow this call, once for all between two
    ///     looks; also when the file cannot be asked, so that the seal meets the fault and names it. Commits of this
    ///     process count too.
    public init(path: String, noticed: @escaping @Sendable () -> Void) throws(ReplicaError) {
        self.path = path
        self.noticed = noticed
        connection = try Connection(path: path, pragmas: ["PRAGMA query_only = ON"])
        // Absent inotify (no more instances for this user) the tick alone notices, fifty milliseconds late.
        events = OwnedDescriptor(inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)))
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .file(path: path, operation: "pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (wake, end) = (OwnedDescriptor(ends[0]), ends[1])
        thread = Mutex(nil)
        try start()
    }

    deinit { stop() }

    /// Ends the thread and waits for it; `noticed` is not called afterwards. Not to be called from `noticed`.
    public func stop() {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return }
        close(end)
        pthread_join(running, nil)
    }

    private func start() throws(ReplicaError) {
        // The thread holds what it needs, not the watch, so that a forgotten watch ends it.
        let look = Look(
            connection: connection,
            path: path,
            events: events,
            wake: wake,
            noticed: noticed
        )
        let box = Unmanaged.passRetained(look)
        var started = pthread_t()
        let code = pthread_create(
            &started,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Look>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            box.toOpaque()
        )
        guard code == 0 else {
            box.release()
            close(end)
            throw .file(path: path, operation: "pthread_create", code: code)
        }
        thread.withLock { $0 = started }
    }

    /// What the thread does; nobody else touches it.
    private final class Look {
        let connection: Connection
        let path: String
        let events: OwnedDescriptor
        let wake: OwnedDescriptor
        let noticed: @Sendable () -> Void
        var version: Int64?
        var watched: (descriptor: Int32, file: FileIdentity)?

        init(
            connection: Connection,
            path: String,
            events: OwnedDescriptor,
            wake: OwnedDescriptor,
            noticed: @escaping @Sendable () -> Void
        ) {
            self.connection = connection
            self.path = path
            self.events = events
            self.wake = wake
            self.noticed = noticed
        }

        func begin() throws(ReplicaError) {
            version = try askVersion()
            watchLog()
        }

        func run() {
            var polled = [
                pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: events.number, events: Int16(POLLIN), revents: 0),
            ]
            while true {
                let ready = poll(&polled, nfds_t(events.isOpen ? 2 : 1), CaptureWatch.tickMilliseconds)
                if ready > 0, polled[0].revents != 0 { return }
                if ready > 0 {
                    drain()
                    ask()
                } else {
                    watchLog()
                    if hasMoved() { noticed() }
                }
            }
        }

        /// The log was written, and its commit follows within a moment of which nothing tells: a few looks, bounded by
        /// `asksMax`, and then the tick.
        private func ask() {
            for _ in 0..<CaptureWatch.asksMax {
                if hasMoved() { return noticed() }
                usleep(CaptureWatch.askMicroseconds)
            }
        }

        private func hasMoved() -> Bool {
            do {
                let now = try askVersion()
                defer { version = now }
                return version != now
            } catch {
                // Whoever looks next meets the same fault, and can say so.
                return true
            }
        }

        private func askVersion() throws(ReplicaError) -> Int64? {
            try connection.use { sql in try sql.statement("PRAGMA data_version").firstInteger() }
        }

        private func drain() {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while read(events.number, &buffer, buffer.count) > 0 {}
        }

        /// Watches the log that is there now.
        private func watchLog() {
            guard events.isOpen, let present = FileIdentity(path: path + "-wal"), present != watched?.file else {
                return
            }
            if let watched { inotify_rm_watch(events.number, watched.descriptor) }
            let descriptor = inotify_add_watch(events.number, path + "-wal", UInt32(IN_MODIFY))
            watched = descriptor >= 0 ? (descriptor, present) : nil
        }
    }
}

/// A file descriptor that is closed with its last owner; negative when it never opened.
final class OwnedDescriptor: Sendable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { close(number) } }

    var isOpen: Bool { number >= 0 }
}
