import FoundationEssentials
import Logging

/// A daemon's log.
enum DaemonLog {
    /// systemd sets this to the device and inode of the stream it reads.
    private static let journalVariable = "JOURNAL_STREAM"

    static func make(_ label: String) -> Logger {
        let isJournal = ProcessInfo.processInfo.environment[journalVariable] != nil && !StandardError.isTerminal
        return Logger(label: label) { _ in LineLog(isJournal: isJournal) }
    }
}
