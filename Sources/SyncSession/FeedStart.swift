import ChangeLog

/// Where the feed of a session begins; both ends derive it from the two first frames.
struct FeedStart: Hashable, Sendable {
    /// The cursor's position at which the round began.
    let began: Position
    /// The round began at nothing: its checkpoint removes what it did not name.
    let isComplete: Bool
    /// How far each scope was read and staged.
    let read: ScopePositions
    /// Rule 9: after a resync and in a new epoch the hub may lack what the store knows, and at a fenced site the store
    /// may not know what the hub does. The store's rights are frozen until the first checkpoint, and the hub's answer to
    /// the outbox comes before the first chunk. Otherwise push and feed do not wait for each other.
    let freezesRights: Bool
    /// The changeset through which the outbox is acknowledged before the first chunk; nil when it is already.
    let heldUntil: ChangesetNumber?

    init(_ hello: Hello, _ welcome: Welcome) {
        isComplete = welcome.way == .resync || hello.cursor == .start
        began = welcome.way == .resync ? .start : hello.cursor.position
        var read = ScopePositions(began)
        if welcome.way == .resume {
            for staged in hello.staged { read[staged.scope] = staged.upTo }
        }
        self.read = read
        freezesRights = isComplete || hello.cursor.epoch != welcome.epoch || welcome.isFenced
        heldUntil = freezesRights && hello.sealed > welcome.acknowledged ? hello.sealed : nil
    }

    /// The way that the hub's shell found, made to fit what is staged. A position above the head is none that this hub
    /// gave.
    static func way(_ found: Welcome.Way, _ hello: Hello, _ welcome: Welcome) -> Welcome.Way {
        if found == .resync || hello.cursor.position > welcome.head { return .resync }
        let isOurs = hello.stagedEpoch == welcome.epoch && hello.staged.allSatisfy { $0.upTo <= welcome.head }
        return hello.staged.isEmpty || isOurs ? found : .restart
    }

    /// What contradicts itself in a hello; nil when nothing does.
    static func contradiction(in hello: Hello) -> String? {
        if hello.acknowledged > hello.sealed { return "its hello has more acknowledged than it sealed" }
        var seen: FeedScopes = []
        for staged in hello.staged {
            guard !seen.contains(FeedScopes(staged.scope)), staged.upTo >= hello.cursor.position else {
                return "its hello has a scope staged twice, or to before its cursor"
            }
            seen.insert(FeedScopes(staged.scope))
        }
        return hello.safe > hello.cursor.position ? "its hello has a safe position past its cursor" : nil
    }
}
