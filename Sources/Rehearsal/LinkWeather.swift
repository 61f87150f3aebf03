import NIOCore
import Synchronization

/// What a link does to the bytes on it, for all connections that it carries.
///
///     clear ──cut──▶ cut: connections are broken, and new ones at once ──heal──▶ clear
///     clear ──cut(after:)──▶ budget: so many bytes pass yet, then cut
///     clear ──stall──▶ stalled: connections stand, and nothing passes ──heal──▶ clear
///     clear ──stall(up)──▶ one way: what goes down arrives, what goes up does not, until it is healed
///
/// A pace holds each piece for a while, in any of these.
final class LinkWeather: Sendable {
    enum Direction: Sendable { case up, down }

    /// How slow the link is.
    struct Pace: Sendable {
        var delayMilliseconds: Int64 = 0
        /// Drawn anew for each piece, from 0 to this, and added.
        var jitterMilliseconds: Int64 = 0
        /// How fast bytes are carried; nil for as fast as this machine can.
        var bytesPerSecond: Int64?
    }

    /// What becomes of a piece.
    enum Verdict {
        case pass(after: TimeAmount)
        /// Only so many of its bytes, and then the link is cut.
        case passThenCut(bytes: Int)
        /// Ask again in a while.
        case hold
    }

    private struct State {
        var isCut = false
        var isStalled = (up: false, down: false)
        var budget: (direction: Direction, bytes: Int)?
        var pace = Pace()

        func isStalled(_ direction: Direction) -> Bool {
            switch direction {
            case .up: isStalled.up
            case .down: isStalled.down
            }
        }

        /// How long a piece is under way.
        func delay(of bytes: Int) -> TimeAmount {
            var milliseconds = pace.delayMilliseconds
            if pace.jitterMilliseconds > 0 {
                milliseconds += Int64.random(in: 0...pace.jitterMilliseconds)
            }
            if let rate = pace.bytesPerSecond { milliseconds += Int64(bytes) * 1_000 / max(rate, 1) }
            return .milliseconds(milliseconds)
        }
        var carried = (up: Int64(0), down: Int64(0))
        var channels: [any Channel] = []
    }

    private let state = Mutex(State())

    /// Bytes that passed since the beginning, from the store and to it.
    var carried: (up: Int64, down: Int64) { state.withLock { $0.carried } }

    var isCut: Bool { state.withLock { $0.isCut } }

    /// A place for a channel; false when the link is cut, and then the channel is closed.
    @discardableResult
    func carry(_ channel: any Channel) -> Bool {
        let isCarried = state.withLock { state in
            if state.isCut { return false }
            state.channels.removeAll { !$0.isActive && $0 !== channel }
            state.channels.append(channel)
            return true
        }
        if !isCarried { channel.close(promise: nil) }
        return isCarried
    }

    func judge(_ bytes: Int, _ direction: Direction) -> Verdict {
        state.withLock { state in
            if state.isStalled(direction) { return .hold }
            var passing = bytes
            defer {
                switch direction {
                case .up: state.carried.up += Int64(passing)
                case .down: state.carried.down += Int64(passing)
                }
            }
            guard let budget = state.budget, budget.direction == direction else {
                return .pass(after: state.delay(of: bytes))
            }
            guard bytes >= budget.bytes else {
                state.budget?.bytes -= bytes
                return .pass(after: state.delay(of: bytes))
            }
            passing = budget.bytes
            return .passThenCut(bytes: budget.bytes)
        }
    }

    func cut() {
        let broken = state.withLock { state in
            defer { state.channels = [] }
            state.isCut = true
            state.budget = nil
            return state.channels
        }
        for channel in broken { channel.close(promise: nil) }
    }

    func cut(after bytes: Int, _ direction: Direction) { state.withLock { $0.budget = (direction, bytes) } }

    /// In one direction, or in both.
    func stall(_ direction: Direction?) {
        state.withLock { state in
            if direction != .down { state.isStalled.up = true }
            if direction != .up { state.isStalled.down = true }
        }
    }

    func slow(_ pace: Pace) { state.withLock { $0.pace = pace } }

    /// Cuts and stalls end; the pace stays.
    func heal() {
        state.withLock { state in
            state.isCut = false
            state.isStalled = (false, false)
            state.budget = nil
        }
    }
}
