import ChangeLog
import Glibc
import NIOCore
import Synchronization

/// The connections of one listener: how many there are, of strangers, of one address and of one node, and which to close
/// at the end.
///
///     stranger ─→ node ─→ gone
///        └──────────────→ gone         (a joining store stays a stranger)
///
/// Law: strangers fill the strangers' places only, and one address only its part of these; a node that opens more than
/// its number loses its oldest, so that what a broken line left behind never shuts a store out.
final class ConnectionRegistry: Sendable {
    enum Admission: Hashable {
        case admitted
        case full(connections: Int)
        case fullForAddress(connections: Int)
    }

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Strangers, and where they come from.
        var strangers: [ObjectIdentifier: PeerAddress] = [:]
        var strangersOf: [PeerAddress: Int] = [:]
        /// The connections of each node, the oldest first, and whose each is.
        var nodes: [NodeName: [ObjectIdentifier]] = [:]
        var nodeOf: [ObjectIdentifier: NodeName] = [:]
        var isClosing = false

        /// It is no stranger any more.
        mutating func forgetStranger(_ id: ObjectIdentifier) {
            guard let address = strangers.removeValue(forKey: id), let count = strangersOf[address] else { return }
            strangersOf[address] = count > 1 ? count - 1 : nil
        }
    }

    private let state = Mutex(State())
    private let limits: TransportLimits

    init(limits: TransportLimits) { self.limits = limits }

    var count: Int { state.withLock { $0.channels.count } }

    /// A place for a channel that was just accepted, if there is one.
    func admitStranger(_ channel: any Channel) -> Admission {
        let (id, address) = (ObjectIdentifier(channel), PeerAddress(of: channel))
        return state.withLock { state in
            let count = state.channels.count
            guard !state.isClosing, count < limits.connectionsMax, state.strangers.count < limits.strangersMax else {
                return .full(connections: count)
            }
            let others = state.strangersOf[address] ?? 0
            guard others < limits.strangersPerAddressMax else { return .fullForAddress(connections: others) }
            state.channels[id] = channel
            state.strangers[id] = address
            state.strangersOf[address] = others + 1
            return .admitted
        }
    }

    /// The channel's peer showed a certificate.
    ///
    /// - Returns: the node's oldest connection, which must go, if it has too many.
    func became(_ node: NodeName, _ channel: any Channel) -> (any Channel)? {
        let id = ObjectIdentifier(channel)
        return state.withLock { state in
            state.forgetStranger(id)
            state.nodes[node, default: []].append(id)
            state.nodeOf[id] = node
            guard let own = state.nodes[node], own.count > limits.connectionsPerNodeMax, let oldest = own.first else {
                return nil
            }
            return state.channels[oldest]
        }
    }

    func left(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { state in
            state.channels[id] = nil
            state.forgetStranger(id)
            guard let node = state.nodeOf.removeValue(forKey: id) else { return }
            state.nodes[node]?.removeAll { $0 == id }
            if state.nodes[node]?.isEmpty == true { state.nodes[node] = nil }
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

/// Where a connection comes from, as far as one party can be told from another: an IPv4 address, or the 64 bits of an
/// IPv6 address that are one network's.
struct PeerAddress: Hashable {
    private let bytes: [UInt8]

    init(of channel: any Channel) {
        let text = channel.remoteAddress?.ipAddress ?? ""
        var all = [UInt8](repeating: 0, count: 16)
        // A zone (`%eth0`) is no part of the address.
        guard inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &all) == 1 else {
            bytes = Array(text.utf8)
            return
        }
        // An IPv4 address that came to an IPv6 socket.
        let isMapped = all[..<10].allSatisfy { $0 == 0 } && all[10] == 0xff && all[11] == 0xff
        bytes = isMapped ? Array(all[12...].map { "\($0)" }.joined(separator: ".").utf8) : Array(all[..<8])
    }
}
