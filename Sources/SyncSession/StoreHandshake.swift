import ChangeLog

// The store's side of the handshake, and of the heartbeat.

extension StoreSession {
    mutating func connect(_ moment: Moment) -> [Effect] {
        guard case .idle = state else { preconditionFailure("a session has one connection") }
        state = .greeting
        heartbeat.begin(moment)
        var hello = hello
        hello.wallMilliseconds = moment.wallMilliseconds
        return [.send(.hello(hello))]
    }

    mutating func shakeHands(_ event: Event) throws(SessionError) -> [Effect] {
        switch (state, event) {
        case (.greeting, .received(.welcome(let welcome), let moment)):
            try check(welcome)
            let measured = measure(sentAt: 0, hubWall: welcome.wallMilliseconds, receivedAt: moment)
            // Hello told the hash of what it knew acknowledged; what the hub has beyond may be another box's.
            if welcome.acknowledged > hello.acknowledged, let hash = welcome.acknowledgedHash {
                state = .comparing(welcome)
                return [measured, .compare(welcome.acknowledged, hash)]
            }
            return [measured] + tag(welcome)
        case (.comparing(let welcome), .compared(let isOwn)):
            guard isOwn else { throw .siteDiffers(welcome.acknowledged) }
            return tag(welcome)
        case (.tagging(let welcome), .tagStored): return begin(welcome)
        case (_, .received(let message, _)):
            throw .fault(.outOfTurn(message: message.kind, state: description))
        case (_, .heard), (_, .sealed), (_, .askHead): return []
        default: preconditionFailure("the shell answered what was not asked: \(event)")
        }
    }

    private mutating func tag(_ welcome: Welcome) -> [Effect] {
        state = .tagging(welcome)
        return catchUp(welcome) + [.storeTag(welcome.tag)]
    }

    private func check(_ welcome: Welcome) throws(SessionError) {
        guard hello.versions.contains(welcome.version) else {
            throw .noCommonVersion(ours: hello.versions, theirs: welcome.version...welcome.version)
        }
        guard welcome.limits.areWorkable else { throw .fault(.limits(welcome.limits)) }
        guard welcome.acknowledged <= hello.sealed else {
            throw .siteIsBehind(hub: welcome.acknowledged, sealed: hello.sealed)
        }
        guard welcome.partsHeld == 0 || welcome.partsHeld > 0 && welcome.acknowledged < hello.sealed else {
            throw .siteIsBehind(hub: welcome.acknowledged.next, sealed: hello.sealed)
        }
        // A hub that lost the versions in between asks for them.
        guard welcome.schemaVersion >= hello.schemaVersion || welcome.offersAfter != nil else {
            throw .schemaIsBehind(hub: welcome.schemaVersion, store: hello.schemaVersion)
        }
        guard welcome.offersAfter == nil || welcome.way == .resync else {
            throw .fault(.contradiction("its welcome asks for offers without a resync"))
        }
        guard welcome.epoch != .none else { throw .fault(.contradiction("its welcome is of no epoch")) }
    }

    /// What the store does to itself before it confirms.
    private func catchUp(_ welcome: Welcome) -> [Effect] {
        var effects: [Effect] = []
        if welcome.acknowledged != hello.acknowledged { effects.append(.acknowledged(welcome.acknowledged)) }
        switch welcome.way {
        case .resume: break
        case .restart: effects.append(.dropStaged)
        // Until the offers are over the cursor stays: a session that ends in the middle of them begins them anew.
        case .resync: if welcome.offersAfter == nil { effects.append(.beginResync) }
        }
        return effects
    }

    private mutating func begin(_ welcome: Welcome) -> [Effect] {
        let limits = hello.limits.agreed(with: welcome.limits)
        var push = StorePush(sealed: sealed, welcome: welcome, limits: limits)
        let feed = StoreFeed(hello: hello, welcome: welcome, limits: limits)
        let freezes = FeedStart(hello, welcome).freezesRights
        var effects: [Effect] = [.send(.confirm(welcome.tag)), .online(welcome, freezesRights: freezes)]
        if let after = welcome.offersAfter {
            let offers = StoreOffers(after: after)
            self.offers = offers
            effects.append(offers.begin())
        } else if let load = push.load() {
            effects.append(load)
        }
        if let question = heads.next() { effects.append(.send(question)) }
        state = .online(push, feed)
        return effects
    }

    mutating func tick() throws(SessionError) -> [Effect] {
        switch state {
        case .idle, .comparing, .tagging, .over: return []
        case .greeting:
            guard heartbeat.sinceBeginning < Limits.welcomeMilliseconds else {
                throw .handshakeTimedOut(milliseconds: heartbeat.sinceBeginning)
            }
            return []
        case .online(let push, _):
            guard heartbeat.sinceHeard < Limits.silenceMilliseconds else {
                throw .silent(milliseconds: heartbeat.sinceHeard)
            }
            let sinceBeginning = heartbeat.sinceBeginning
            guard sinceBeginning - pingedAt >= Limits.heartbeatMilliseconds else { return [] }
            pingedAt = sinceBeginning
            let wall = heartbeat.now.wallMilliseconds
            let waiting = push.acknowledged < sealed ? sealed : .none
            return [.send(.ping(Ping(id: UInt64(sinceBeginning), wallMilliseconds: wall, sealed: waiting)))]
        }
    }
}
