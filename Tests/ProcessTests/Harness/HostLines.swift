import Foundation
import Rehearsal

/// A host for each node, and a line from each store's to the hub's: network namespaces of this machine and pairs of
/// virtual cables, with the whole of TCP/IP between. What a line does here it does as a real one: packets are gone, and
/// nobody is told.
///
///     store s1 ── 10.77.1.2 ────── 10.77.1.1 ┐
///     store s2 ── 10.77.2.2 ────── 10.77.2.1 ┤ hub
final class HostLines {
    static let missing = "this machine lets nobody make network namespaces here (that takes root and `ip`); left out"

    /// Whether this machine lets us make them.
    static let isPermitted: Bool = {
        do {
            let lines = try HostLines(stores: ["probe"])
            try lines.remove()
            return true
        } catch {
            return false
        }
    }()

    private static let hub = "hub"
    /// Nobody's: a frame to it arrives, and is for somebody else.
    private static let nobody = "02:00:00:00:00:99"

    let hosts: [String: NodeHost]
    private let places: [String: Int]

    init(stores: [String]) throws {
        Leftovers.clearOnce()
        places = Dictionary(uniqueKeysWithValues: stores.enumerated().map { ($1, $0 + 1) })
        var hosts = [Self.hub: NodeHost(namespace: Self.namespace(Self.hub), hubAddress: "10.77.1.1")]
        for (store, place) in places {
            hosts[store] = NodeHost(namespace: Self.namespace(store), hubAddress: "10.77.\(place).1")
        }
        self.hosts = hosts
        for node in hosts.keys { try make(node) }
        for (store, place) in places { try join(store, place) }
    }

    private static func namespace(_ node: String) -> String { "\(Leftovers.mark)-\(node)" }

    private func make(_ node: String) throws {
        let name = Self.namespace(node)
        try ip("netns", "add", name)
        Warden.shared?.guards(namespace: name)
        try ip("-n", name, "link", "set", "lo", "up")
    }

    private func join(_ store: String, _ place: Int) throws {
        let (hub, other) = (Self.namespace(Self.hub), Self.namespace(store))
        try ip("-n", hub, "link", "add", device(store), "type", "veth", "peer", "name", Self.hub, "netns", other)
        try ip("-n", hub, "addr", "add", "10.77.\(place).1/30", "dev", device(store))
        try ip("-n", other, "addr", "add", "10.77.\(place).2/30", "dev", Self.hub)
        try ip("-n", hub, "link", "set", device(store), "up")
        try ip("-n", other, "link", "set", Self.hub, "up")
    }

    // MARK: Weather

    /// No packet passes, and no end is told.
    func cut(_ store: String) throws { try ip("-n", Self.namespace(Self.hub), "link", "set", device(store), "down") }

    /// Packets pass in the other direction only.
    func cut(_ store: String, _ direction: LinkProxy.Direction) throws {
        let (from, to, device) = end(store, direction)
        try ip("-n", from, "neigh", "replace", to, "lladdr", Self.nobody, "dev", device, "nud", "permanent")
    }

    /// So many kilobits a second in one direction; what does not fit into a short queue is dropped.
    func slow(_ store: String, _ direction: LinkProxy.Direction, kilobits: Int) throws {
        let (from, _, device) = end(store, direction)
        let words = ["-n", from, "qdisc", "replace", "dev", device, "root", "tbf", "rate", "\(kilobits)kbit"]
        _ = try CommandRun.output("/usr/bin/env", ["tc"] + words + ["burst", "2000", "latency", "300ms"])
    }

    func heal(_ store: String) throws {
        try ip("-n", Self.namespace(Self.hub), "link", "set", device(store), "up")
        for direction in [LinkProxy.Direction.up, .down] {
            let (from, to, device) = end(store, direction)
            // What is not there need not be taken away.
            _ = try CommandRun("/usr/bin/env", ["ip", "-n", from, "neigh", "del", to, "dev", device])
            _ = try CommandRun("/usr/bin/env", ["tc", "-n", from, "qdisc", "del", "dev", device, "root"])
        }
    }

    /// The daemons have ended.
    func remove() throws { for node in hosts.keys { try ip("netns", "del", Self.namespace(node)) } }

    /// Where a line leaves for this direction: the namespace, the address at the other end, the device.
    private func end(_ store: String, _ direction: LinkProxy.Direction) -> (from: String, to: String, device: String) {
        let place = places[store] ?? 0
        return switch direction {
        case .up: (Self.namespace(store), "10.77.\(place).1", Self.hub)
        case .down: (Self.namespace(Self.hub), "10.77.\(place).2", device(store))
        }
    }

    private func device(_ store: String) -> String { "store\(places[store] ?? 0)" }

    private func ip(_ words: String...) throws { _ = try CommandRun.output("/usr/bin/env", ["ip"] + words) }
}
