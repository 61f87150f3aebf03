import Foundation
import Rehearsal
import Testing

/// Every weather over a world, drawn from a seed: faults that last overlap with each other, and with kills.
struct Storm {
    enum Fault: String, CaseIterable {
        // Over at once.
        case kill, restart
        // These last.
        case pause, cut, cutAtAnyByte = "cut at any byte", oneWay = "cut one way", slow, fullDisk = "full disk"
    }

    private struct Lasting {
        var fault: Fault
        var node: String
        var end: ContinuousClock.Instant
    }

    /// How often the long variant kills is said in `LINLI_KILLS`.
    static let kills = ProcessInfo.processInfo.environment["LINLI_KILLS"].flatMap { Int($0) }

    private let world: World
    private let diskNode: String?
    private var chance: Chance
    private var lasting: [Lasting] = []
    /// The node whose disk is full and that could not begin on it: it is started again and again, as a service manager
    /// does.
    private var waiting: String?
    /// How often each fault struck.
    private(set) var counts: [Fault: Int] = [:]

    /// `diskNode` has a disk of its own.
    init(_ world: World, diskNode: String?, using chance: Chance) {
        self.world = world
        self.diskNode = diskNode
        self.chance = chance
    }

    /// Blows until so many daemons were killed; then all is healed, and every daemon runs.
    mutating func blow(kills: Int) async throws {
        while counts[.kill, default: 0] < kills {
            try await Task.sleep(for: chance.pause(milliseconds: 1...150))
            try clear { $0 <= .now }
            if let waiting { try await start(waiting) }
            try await strike(Self.draw(using: &chance))
        }
        try clear { _ in true }
        if let waiting { try await start(waiting) }
    }

    var report: String {
        Fault.allCases.map { "\(counts[$0, default: 0]) × \($0.rawValue)" }.joined(separator: ", ")
    }

    /// A kill as often as all others together.
    private static func draw(using chance: inout Chance) -> Fault {
        Bool.random(using: &chance) ? .kill : Fault.allCases.randomElement(using: &chance) ?? .kill
    }

    private mutating func strike(_ fault: Fault) async throws {
        let store = world.stores.randomElement(using: &chance) ?? "hub"
        let anyone = world.nodes.randomElement(using: &chance) ?? "hub"
        let span = chance.pause(milliseconds: 20...1_500)
        switch fault {
        case .kill, .restart:
            return try await end(anyone, fault)
        case .pause:
            try world.pause(anyone)
            last(fault, anyone, span)
        case .cut:
            try world.cut(store)
            last(fault, store, span)
        case .cutAtAnyByte:
            let direction: LinkProxy.Direction = Bool.random(using: &chance) ? .up : .down
            try world.network.link(store).cut(after: Int.random(in: 0...9_000, using: &chance), direction)
            last(fault, store, span)
        case .oneWay:
            try world.network.link(store).stall(Bool.random(using: &chance) ? .up : .down)
            last(fault, store, span)
        case .slow:
            try world.network.link(store).slow(
                milliseconds: Int64.random(in: 0...60, using: &chance),
                jitterMilliseconds: Int64.random(in: 0...120, using: &chance),
                bytesPerSecond: Int64.random(in: 20_000...400_000, using: &chance)
            )
            last(fault, store, span)
        case .fullDisk:
            guard let diskNode else { return }
            try world.disk(diskNode).fill()
            last(fault, diskNode, span)
        }
        counts[fault, default: 0] += 1
    }

    /// Ends a daemon by force or in order, and starts it again, perhaps after a while.
    private mutating func end(_ node: String, _ fault: Fault) async throws {
        guard node != waiting else { return }
        counts[fault, default: 0] += 1
        let daemon = try world.network.daemon(node)
        if fault == .kill { daemon.kill() } else { daemon.stop() }
        if Bool.random(using: &chance) { try await Task.sleep(for: chance.pause(milliseconds: 1...60)) }
        try await start(node)
    }

    /// On a full disk a daemon may be unable to begin; then it says so in its exit code.
    private mutating func start(_ node: String) async throws {
        if waiting == node { waiting = nil }
        do { try await world.start(node) } catch ChildDaemon.Failure.ended where isFull(node) {
            #expect(try world.network.daemon(node).exitCode == 74, "on a full disk; see \(world.network.directory)")
            waiting = node
        }
    }

    private func isFull(_ node: String) -> Bool { lasting.contains { $0.fault == .fullDisk && $0.node == node } }

    private mutating func last(_ fault: Fault, _ node: String, _ span: Duration) {
        lasting.append(Lasting(fault: fault, node: node, end: .now + span))
    }

    /// Ends the faults whose time has come. Where two of one kind lie over each other, the first one's end ends both.
    private mutating func clear(_ isOver: (ContinuousClock.Instant) -> Bool) throws {
        for one in lasting where isOver(one.end) {
            switch one.fault {
            case .pause: try world.resume(one.node)
            case .cut, .cutAtAnyByte, .oneWay: try world.heal(one.node)
            case .slow: try world.network.link(one.node).slow(milliseconds: 0)
            case .fullDisk: try world.disk(one.node).free()
            case .kill, .restart: break
            }
        }
        lasting.removeAll { isOver($0.end) }
    }
}
