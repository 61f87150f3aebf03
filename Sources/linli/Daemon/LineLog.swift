import Glibc
import Logging
import SyncSession
import Transport

/// One line of log on standard error for each event, for people and for the journal:
///
///     2026-11-21T09:46:03.125Z notice connected to the hub epoch=00f3… network=corner
///     <5>connected to the hub epoch=00f3… network=corner          under systemd, which knows the time (sd-daemon(3))
///
/// Law: an event is one line, whatever stands in it; one `write` each, so that lines of two threads never mix.
struct LineLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    private let isJournal: Bool

    /// - Parameter isJournal: standard error is the journal's.
    init(isJournal: Bool) { self.isJournal = isJournal }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let text = ([event.message.description] + facts.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        let head = isJournal ? "<\(Self.priority(of: event.level))>" : "\(Self.time()) \(Self.word(for: event.level)) "
        StandardError.say(head + Self.oneLine(text))
    }

    /// Control characters, which a peer may have sent, as `\n` or `\u{1b}`.
    static func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return text }
        return text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }

    private static func word(for level: Logger.Level) -> String {
        let word = level.rawValue
        return word + String(repeating: " ", count: max(0, 7 - word.utf8.count))
    }

    /// Of syslog(3).
    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    private static func time() -> String {
        let now = Moment.now.wallMilliseconds
        var seconds = time_t(now / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let numbers = [
            (Int(parts.tm_year) + 1_900, 4, "-"), (Int(parts.tm_mon) + 1, 2, "-"), (Int(parts.tm_mday), 2, "T"),
            (Int(parts.tm_hour), 2, ":"), (Int(parts.tm_min), 2, ":"), (Int(parts.tm_sec), 2, "."),
            (Int(now % 1_000), 3, "Z"),
        ]
        return numbers.map { number, digits, after in
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text + after
        }.joined()
    }
}
