import Foundation
import Rehearsal

/// A Python program at a replica, in a process of its own: the standard library's `sqlite3`, nothing else. It says each
/// thing that it did in one line as soon as it is done, so that the lines are a ledger of what it was told.
final class PythonClient {
    static let missing = "there is no python3 on this machine, whose sqlite3 module is the stories' foreign client"
    static let isThere: Bool = {
        do { return try CommandRun("/usr/bin/env", ["python3", "-c", "import sqlite3"]).status == 0 } catch {
            return false
        }
    }()

    private let process: Process
    private let output: FileHandle
    private let ledger: String

    /// Starts `program`, which has `connect()`, `stopping()` and `say(words)`; its lines go to the file `ledger`.
    init(_ program: String, replica: String, ledger: String) throws {
        self.ledger = ledger
        guard FileManager.default.createFile(atPath: ledger, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        output = try FileHandle(forWritingTo: URL(fileURLWithPath: ledger))
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-u", "-c", Self.prelude + program, replica]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// The lines so far; a line that is not ended is not counted.
    func lines() throws -> [String] {
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: ledger)), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Waits until so many lines are there.
    func said(_ count: Int) async throws {
        while try lines().count < count {
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Asks it to end, and gives all its lines. A program looks at `stopping()` between two transactions.
    func stop() throws -> [String] { try end().lines }

    /// Asks it to end, and waits for that.
    func end() throws -> (status: Int32, lines: [String]) {
        if process.isRunning { process.terminate() }
        return try finish()
    }

    /// Waits for its own end.
    func finish() throws -> (status: Int32, lines: [String]) {
        process.waitUntilExit()
        try output.close()
        return (process.terminationStatus, try lines())
    }

    private static let prelude = """
        import os, random, signal, sqlite3, sys, time
        replica = sys.argv[1]
        parent = os.getppid()
        wanted = []
        signal.signal(signal.SIGTERM, lambda *_: wanted.append(True))
        # A child has the signal mask of the thread that began it, and dispatch's threads block them all.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        # A test that was killed leaves nobody behind.
        stopping = lambda: bool(wanted) or os.getppid() != parent
        say = lambda *words: sys.stdout.write(" ".join(str(word) for word in words) + "\\n")
        def connect(timeout=10.0):
            return sqlite3.connect(replica, isolation_level=None, timeout=timeout)
        def commit(till, work):
            # Runs `work` in one transaction, and says what it tells once SQLite has said that it is committed. On a
            # full disk it is tried again; what the rights refuse is not.
            while not stopping():
                told = []
                try:
                    till.execute("BEGIN IMMEDIATE")
                    work(lambda *words: told.append(" ".join(map(str, words))))
                    till.execute("COMMIT")
                except sqlite3.OperationalError as error:
                    if till.in_transaction: till.execute("ROLLBACK")
                    if not any(word in str(error) for word in ("full", "disk I/O", "unable to open")): raise
                    say("full", error)
                    time.sleep(0.02)
                except sqlite3.IntegrityError as error:
                    till.execute("ROLLBACK")
                    if "linli: no rights" not in str(error): raise
                    say("refused")
                    return
                else:
                    return sys.stdout.write("\\n".join(told + ["committed", ""]))

        """
}
