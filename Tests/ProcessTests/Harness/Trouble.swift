import Foundation
import FoundationNetworking
import Rehearsal
import Testing

/// How a story goes: as it is told, or with kills and cuts at random moments besides.
enum Weather: String, CaseIterable, CustomTestStringConvertible {
    case calm, stormy

    var testDescription: String { rawValue }
}

/// Kills and cuts in the middle of the commands of a story, drawn from a seed. A client that lost its answer asks again
/// with the same key, as any till must.
///
/// It belongs to the one task that tells the story; what sends a request elsewhere holds an address and no more.
final class Trouble: @unchecked Sendable {
    private static let patience = Duration.seconds(60)

    private unowned let world: World
    private var chance: Chance
    private(set) var counts: [String: Int] = [:]

    init(_ world: World, _ story: String) {
        self.world = world
        chance = Chance(story)
    }

    var report: String { counts.sorted { $0.key < $1.key }.map { "\($1) × \($0)" }.joined(separator: ", ") }

    /// Sends a request, strikes while it is under way, and repeats it until it is answered.
    func around(
        _ node: String,
        at address: String,
        _ send: @escaping @Sendable (_ address: String) async throws -> NodeClient.Reply
    ) async throws -> NodeClient.Reply {
        let first = Task { try await send(address) }
        try await strike(atNode: node)
        var answer = await first.result
        let deadline = ContinuousClock.now + Self.patience
        while case .failure(let error) = answer {
            guard error is URLError, ContinuousClock.now < deadline else { throw error }
            // The daemon that begins anew has another port.
            let again = try await world.network.http(node)
            do { answer = .success(try await send(again)) } catch { answer = .failure(error) }
        }
        return try answer.get()
    }

    /// One fault at a moment, or none: kill -9 of a node, or a link that is cut after some bytes, and healed, where
    /// the story itself has it not cut.
    func strike(atNode node: String? = nil) async throws {
        try await Task.sleep(for: chance.pause(milliseconds: 0...25))
        let anyone = world.nodes.randomElement(using: &chance) ?? "hub"
        switch Int.random(in: 0..<4, using: &chance) {
        case 0: try await kill(node ?? anyone)
        case 1: try await kill(anyone)
        case 2:
            guard let store = world.stores.filter({ !world.isCut($0) }).randomElement(using: &chance) else { return }
            try world.network.link(store).cut(after: Int.random(in: 0...4_000, using: &chance), .up)
            try await Task.sleep(for: chance.pause(milliseconds: 1...120))
            try world.network.link(store).heal()
            counts["cut", default: 0] += 1
        default: break
        }
    }

    private func kill(_ node: String) async throws {
        try world.kill(node)
        if Bool.random(using: &chance) { try await Task.sleep(for: chance.pause(milliseconds: 1...40)) }
        try await world.start(node)
        counts["kill", default: 0] += 1
    }
}
