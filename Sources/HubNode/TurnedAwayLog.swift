import Logging
import SyncSession
import Synchronization
import Transport

/// Tells the log who was turned away, and no faster than people read: whoever knocks a thousand times a second writes no
/// thousand lines.
///
/// Law: in each minute the first `linesMax` are told; the others are counted, and the count is told with the first of a
/// later minute.
final class TurnedAwayLog: Sendable {
    private static let minuteMilliseconds: Int64 = 60_000
    private static let linesMax = 20

    private struct State {
        var minute: Int64 = .min
        var lines = 0
        var untold = 0
    }

    private let state = Mutex(State())
    private let log: Logger

    init(_ log: Logger) { self.log = log }

    func note(_ failure: HandshakeFailure, from address: String) {
        let minute = Moment.now.monotonicMilliseconds / Self.minuteMilliseconds
        let (isTold, untold) = state.withLock { state in
            var untold = 0
            if state.minute != minute { (untold, state) = (state.untold, State(minute: minute)) }
            state.lines += 1
            if state.lines > Self.linesMax { state.untold += 1 }
            return (state.lines <= Self.linesMax, untold)
        }
        if untold > 0 { log.notice("\(untold) more were turned away meanwhile") }
        if isTold { log.notice("turned away: \(failure)", metadata: ["from": "\(address)"]) }
    }
}
