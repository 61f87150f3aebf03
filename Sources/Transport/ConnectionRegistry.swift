import NIOCore
import Synchronization

/// The connections of one listener: how many there are, how many of them are strangers, and which to close at the end.
///
///     stranger ─→ node ─→ gone
///        └──────────────→ gone         (a joining store stays a stranger)
final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var strangers: Set<ObjectIdentifier> = []
        var isClosing = false
    }

    private let state = Mutex(State())
    private let connectionsMax: Int
    private let strangersMax: Int

    init(connectionsMax: Int, strangersMax: Int) {
        self.connectionsMax = connectionsMax
        self.strangersMax = strangersMax
    }

    var count: Int { state.withLock { $0.channels.count } }

    /// A place for a channel that was just accepted; false when there is none.
    func admitStranger(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        return state.withLock { state in
            guard !state.isClosing, state.channels.count < connectionsMax, state.strangers.count < strangersMax else {
                return false
            }
            state.channels[id] = channel
            state.strangers.insert(id)
            return true
        }
    }

    /// The channel's peer showed a certificate.
    func becameNode(_ channel: any Channel) { state.withLock { _ = $0.strangers.remove(ObjectIdentifier(channel)) } }

    func left(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { state in
            state.channels[id] = nil
            state.strangers.remove(id)
        }
    }

    /// Lets nobody in any more, and returns who is there.
    func beginClosing() -> [any Channel] {
        state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
    }
}
