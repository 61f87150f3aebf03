public import ChangeLog
public import Replica
public import SyncSession

// The session's words and the replica's, side by side.

extension StoreFeed.Chunk {
    init(_ chunk: Chunk) {
        self.init(scope: chunk.scope, from: chunk.from, upTo: chunk.upTo, bytes: chunk.bytes, seal: chunk.seal)
    }
}

extension PushPart {
    public init(_ part: OutboxPart) {
        self.init(number: part.number, part: part.part, header: part.header, bytes: part.bytes)
    }
}

extension Welcome {
    /// What a person has to do although the hub lets the store in; nil when nothing.
    public func trouble(at store: NodeName) -> String? {
        guard isFenced else { return nil }
        return "another machine took over as \(store), or its rights were reclaimed: what is written here reaches the "
            + "hub, but no rights are left here; stop this machine, or let it join again with a new token "
            + "(`linli hub invite \(store)`)"
    }
}

extension Hello {
    /// What the replica says of itself, in the words of the first frame. The session sets the wall time.
    public init(_ hello: StoreHello, program: String) {
        self.init(
            versions: Limits.versions,
            program: program,
            store: hello.store,
            site: hello.site,
            tag: hello.tag.map { SessionTag($0) },
            limits: .standard,
            schemaVersion: hello.schemaVersion,
            cursor: hello.cursor,
            staged: hello.staged.map { StagedScope(scope: $0.scope, upTo: $0.upTo) },
            stagedEpoch: hello.stagedEpoch,
            acknowledged: hello.acknowledged,
            sealed: hello.sealed,
            acknowledgedHash: hello.acknowledgedHash,
            safe: hello.safe,
            wallMilliseconds: 0,
            offers: true
        )
    }
}
