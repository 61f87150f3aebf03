import NIOCore
import Synchronization

/// The channels of one dial, one for each address that is tried, so that all of them can be given up.
///
/// Law: after `giveUp` every one of them is closed, also those that begin later.
final class DialAttempts: Sendable {
    private struct State {
        var isOver = false
        var channels: [any Channel] = []
    }

    private let state = Mutex(State())

    func begin(_ channel: any Channel) {
        let isOver = state.withLock { state in
            state.channels.append(channel)
            return state.isOver
        }
        if isOver { channel.close(promise: nil) }
    }

    func giveUp() {
        let channels = state.withLock { state in
            state.isOver = true
            return state.channels
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
