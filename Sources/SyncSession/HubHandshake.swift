import ChangeLog

// The hub's side of the handshake, and its patience.

extension HubSession {
    /// A stranger, a slow store and a dead one hold a connection no longer than this.
    func checkPatience() throws(SessionError) {
        switch state {
        case .greeting where heartbeat.sinceBeginning >= Limits.handshakeMilliseconds:
            throw .handshakeTimedOut(milliseconds: heartbeat.sinceBeginning)
        case .confirming where heartbeat.sinceBeginning - welcomedAt >= Limits.handshakeMilliseconds:
            throw .handshakeTimedOut(milliseconds: heartbeat.sinceBeginning - welcomedAt)
        case .online where heartbeat.sinceHeard >= Limits.silenceMilliseconds:
            throw .silent(milliseconds: heartbeat.sinceHeard)
        case .idle, .greeting, .opening, .confirming, .online, .over: break
        }
    }

    mutating func shakeHands(_ event: Event) throws(SessionError) -> [Effect] {
        switch (state, event) {
        case (.idle, .connected(let moment)):
            heartbeat.begin(moment)
            state = .greeting
            return []
        case (.greeting, .received(.hello(let hello), _)):
            let version = try agree(with: hello)
            state = .opening(hello, version: version, EarlyMoves())
            return [.open(hello)]
        case (.opening(let hello, let version, let early), .opened(var welcome)):
            welcome.version = version
            welcome.limits = limits
            welcome.helloWallMilliseconds = hello.wallMilliseconds
            return try greet(hello, welcome, early)
        case (.opening, .refused(let bye)): throw .refused(bye)
        case (.opening(let hello, let version, var early), .feedMoved(let scopes, let head)):
            early.scopes.formUnion(scopes)
            early.head = max(early.head, head)
            state = .opening(hello, version: version, early)
            return []
        case (.opening(let hello, let version, var early), .schemaMoved(let schemaVersion)):
            early.schemaVersion = schemaVersion
            state = .opening(hello, version: version, early)
            return []
        // It is told again once the session is online.
        case (_, .tick), (_, .heard), (_, .backedUp): return []
        case (_, .received(let message, _)):
            throw .fault(.outOfTurn(message: message.kind, state: description))
        default: preconditionFailure("the shell answered what was not asked: \(event)")
        }
    }

    private func agree(with hello: Hello) throws(SessionError) -> Int {
        let version = min(versions.upperBound, hello.versions.upperBound)
        guard version >= max(versions.lowerBound, hello.versions.lowerBound) else {
            throw .noCommonVersion(ours: versions, theirs: hello.versions)
        }
        guard hello.limits.areWorkable else { throw .fault(.limits(hello.limits)) }
        if let contradiction = FeedStart.contradiction(in: hello) { throw .fault(.contradiction(contradiction)) }
        return version
    }

    private mutating func greet(
        _ hello: Hello,
        _ welcome: Welcome,
        _ early: EarlyMoves
    ) throws(SessionError) -> [Effect] {
        guard welcome.acknowledged <= hello.sealed else {
            throw .siteIsBehind(hub: welcome.acknowledged, sealed: hello.sealed)
        }
        var welcome = welcome
        welcome.way = FeedStart.way(welcome.way, hello, welcome)
        if welcome.way != .resync || !hello.offers { welcome.offersAfter = nil }
        let agreed = limits.agreed(with: hello.limits)
        let intake = HubIntake(site: hello.site, welcome: welcome, limits: agreed)
        var feed = HubFeed(hello: hello, welcome: welcome, limits: agreed, at: heartbeat.now)
        feed.move(early.scopes, head: early.head)
        feed.moveSchema(to: early.schemaVersion)
        if welcome.offersAfter != nil { offers = HubOffers(storeSchema: hello.schemaVersion) }
        state = .confirming(welcome.tag, intake, feed)
        welcomedAt = heartbeat.sinceBeginning
        return [.send(.welcome(welcome))]
    }

    mutating func confirm(
        _ event: Event,
        _ tag: SessionTag,
        _ intake: inout HubIntake,
        _ feed: inout HubFeed
    ) throws(SessionError) -> [Effect] {
        switch event {
        case .received(.confirm(tag), _):
            heartbeat.said()
            let read = feed.next()
            state = .online(intake, feed)
            return [.confirm(tag)] + (read.map { [$0] } ?? [])
        case .received(.confirm, _): throw .fault(.wrongTag)
        case .received(let message, _):
            throw .fault(.outOfTurn(message: message.kind, state: "waiting for the tag to be confirmed"))
        case .feedMoved(let scopes, let head): feed.move(scopes, head: head)
        case .schemaMoved(let version): feed.moveSchema(to: version)
        case .tick, .heard, .backedUp: break
        default: preconditionFailure("the shell answered what was not asked: \(event)")
        }
        state = .confirming(tag, intake, feed)
        return []
    }
}
