import ChangeLog
import NIOCore
import Replica
import SyncSession
import Synchronization
import Transport

/// Which sessions are there, and how far the feed is: what every thread of the hub may ask.
final class HubBoard: Sendable {
    /// Hands an event to one session.
    struct Doorbell: Sendable {
        let link: ObjectIdentifier
        let store: NodeName
        let ring: @Sendable (HubSession.Event) -> Void

        /// Done once the session has seen what was rung before.
        func settled(on loop: any EventLoop) -> EventLoopFuture<Void> {
            let promise = loop.makePromise(of: Void.self)
            // Rings run in order on the session's own loop.
            ringThen { promise.succeed(()) }
            return promise.futureResult
        }

        let ringThen: @Sendable (@escaping @Sendable () -> Void) -> Void
    }

    /// What can fail, each for a reason of its own; the first that does is told.
    enum Chore: CaseIterable {
        /// Sealing what applications at the hub wrote, and old things that go.
        case own
        /// Opening a store's session, which the hub writes down; without one there is nothing to merge.
        case admitting
        case merging
    }

    /// A failure is trouble until the same goes well, or nobody has asked for it for as long as a store takes to ask
    /// again: the store may have gone meanwhile.
    private struct Trouble {
        static let millisecondsMax: Int64 = 90_000

        var text: String
        var at: Int64
    }

    private struct Present {
        var bell: Doorbell
        var region: [UInt8] = []
        var isOnline = false
    }

    private struct State {
        var sessions: [SiteID: Present] = [:]
        var head = Position.start
        var troubles: [Chore: Trouble] = [:]
        var refusedPushes = 0
    }

    private let state = Mutex(State())

    var head: Position { state.withLock { $0.head } }

    var trouble: String? {
        let oldest = Moment.now.monotonicMilliseconds - Trouble.millisecondsMax
        let troubles = state.withLock { $0.troubles }
        return Chore.allCases.lazy.compactMap { troubles[$0] }.first { $0.at >= oldest }?.text
    }

    /// Stores with a session at work.
    var onlineStores: Set<NodeName> {
        state.withLock { Set($0.sessions.values.filter { $0.isOnline }.map { $0.bell.store }) }
    }

    /// The session of this site from now on.
    ///
    /// - Returns: the one that was there before.
    func entered(_ site: SiteID, _ bell: Doorbell) -> Doorbell? {
        state.withLock { state in
            defer { state.sessions[site] = Present(bell: bell) }
            return state.sessions[site]?.bell
        }
    }

    /// The site's session was opened; from now on it hears of its region.
    func opened(_ site: SiteID, region: String) {
        state.withLock { $0.sessions[site]?.region = Array(region.utf8) }
    }

    func online(_ site: SiteID) { state.withLock { $0.sessions[site]?.isOnline = true } }

    /// - Returns: whether it was the site's present session, and at work.
    func left(_ site: SiteID, link: ObjectIdentifier) -> Bool {
        state.withLock { state in
            guard let present = state.sessions[site], present.bell.link == link else { return false }
            state.sessions[site] = nil
            return present.isOnline
        }
    }

    /// The site has a session at work.
    func isOnline(_ site: SiteID) -> Bool { state.withLock { $0.sessions[site]?.isOnline ?? false } }

    /// Another site of this store has a session at work.
    func isOnline(_ store: NodeName, besides site: SiteID) -> Bool {
        state.withLock { state in
            state.sessions.contains { $0.key != site && $0.value.isOnline && $0.value.bell.store == store }
        }
    }

    /// Tells every session whose scopes have news.
    func moved(_ news: [HubScopeName], head: Position) {
        let sessions = state.withLock { state in
            state.head = max(state.head, head)
            return state.sessions
        }
        guard !news.isEmpty else { return }
        let all = news.contains(.network)
        var regions: Set<[UInt8]> = []
        var stores: Set<[UInt8]> = []
        var sites: Set<SiteID> = []
        for scope in news {
            switch scope {
            case .hub, .network: break
            case .region(let name): regions.insert(name)
            case .store(let name): stores.insert(name)
            case .answers(let site): sites.insert(site)
            }
        }
        for (site, present) in sessions {
            var moved: FeedScopes = all ? [FeedScopes(.network)] : []
            if regions.contains(present.region) { moved.insert(FeedScopes(.region)) }
            if stores.contains(Array(present.bell.store.text.utf8)) { moved.insert(FeedScopes(.store)) }
            if sites.contains(site) { moved.insert(FeedScopes(.answers)) }
            if !moved.isEmpty { present.bell.ring(.feedMoved(moved, head: head)) }
        }
    }

    /// Tells every session that the schema has a new version.
    func schemaMoved(to version: Int) {
        for present in state.withLock({ $0.sessions.values.map { $0.bell } }) {
            present.ring(.schemaMoved(version: version))
        }
    }

    /// Tells the session of one site, if there is one.
    func ring(_ site: SiteID, _ event: HubSession.Event) {
        state.withLock { $0.sessions[site]?.bell }?.ring(event)
    }

    /// Ends every session.
    func endAll(_ bye: Bye) {
        for present in state.withLock({ $0.sessions.values.map { $0.bell } }) { present.ring(.end(bye)) }
    }

    /// Ends the sessions of one store.
    func end(_ store: NodeName, _ bye: Bye) {
        let bells = state.withLock { $0.sessions.values.map { $0.bell }.filter { $0.store == store } }
        for bell in bells { bell.ring(.end(bye)) }
    }

    /// A session ended because its store had not signed what it pushed.
    func refusedPush() { state.withLock { $0.refusedPushes += 1 } }

    /// Sessions that ended so, since the daemon started.
    var refusedPushes: Int { state.withLock { $0.refusedPushes } }

    /// - Returns: whether this is news.
    func failed(_ error: any Error, at chore: Chore) -> Bool {
        let trouble = Trouble(text: "\(error)", at: Moment.now.monotonicMilliseconds)
        return state.withLock { $0.troubles.updateValue(trouble, forKey: chore) == nil }
    }

    /// - Returns: whether it had failed before.
    func recovered(at chore: Chore) -> Bool {
        state.withLock { $0.troubles.removeValue(forKey: chore) != nil }
    }
}
