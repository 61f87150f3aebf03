import Rehearsal

/// The `sqlite3` shell on a replica: a client in a process of its own, which knows nothing of us.
struct SQLiteShell {
    let replica: String

    /// Runs statements, one after another, as a person would type them.
    ///
    /// - Returns: what it printed, and what it complained of.
    @discardableResult
    func run(_ script: String) throws -> CommandRun {
        try CommandRun("/usr/bin/env", ["sqlite3", "-batch", "-bail", replica], input: ".timeout 10000\n" + script)
    }

    /// The same with triggers off, as somebody writes who means no good.
    @discardableResult
    func runWithoutTriggers(_ script: String) throws -> CommandRun {
        try run(".dbconfig enable_trigger off\n" + script)
    }
}
