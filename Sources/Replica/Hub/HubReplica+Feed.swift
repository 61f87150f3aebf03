public import ChangeLog
import NetworkSchema
import Synchronization

/// Reading the feed.
extension HubReplica {
    /// The entries of one scope that stand after a position, as many as fit a chunk.
    ///
    /// Values come from live tables: what applications at the hub wrote is sealed first.
    public func readChunk(
        _ round: FeedRound,
        _ scope: FeedScope,
        after: Position,
        size: ChunkSize,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> Reading<ReadChunk> {
        for _ in 0..<HubLimits.snapshotTriesMax {
            let generation = cache.generation
            guard let view = FeedView(published, round, scope) else { return .restart }
            if view.scopeHead <= after.number { return .read(view.nothing(scope, after: after)) }
            if view.isShared, let chunk = cache.chunk(of: view.scope, after: after.number) {
                return .read(view.chunk(chunk, scope, after: after))
            }
            var request = view.request(round, scope, after: after, size: size)
            if mistakes.withLock({ $0.contains(.dropEcho) }) { request.echo?.roundBegan = .max }
            let encoded = try nextReader().inSealedSnapshot(view.plan) { reader in
                sealed(try reader.chunk(request, heads: view.heads, siteIDs: view.siteIDs))
            }
            if let encoded {
                if view.isShared, let chunk = encoded.shared {
                    cache.keep(chunk, of: view.scope, after: after.number, generation: generation)
                }
                return .read(view.chunk(encoded, scope, after: after))
            }
            try seal(nowMilliseconds: nowMilliseconds)
        }
        // Applications write faster than snapshots are caught: the writer's own connection holds them off.
        return try readChunkExclusively(round, scope, after: after, size: size, nowMilliseconds: nowMilliseconds)
    }

    /// With the hub's mark, once for all who read it.
    private func sealed(_ chunk: EncodedChunk) -> EncodedChunk {
        guard let feedSeal, chunk.rows > 0 else { return chunk }
        var chunk = chunk
        chunk.seal = feedSeal.seal(chunk.bytes, in: epoch)
        return chunk
    }

    private func readChunkExclusively(
        _ round: FeedRound,
        _ scope: FeedScope,
        after: Position,
        size: ChunkSize,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> Reading<ReadChunk> {
        var found = Reading<ReadChunk>.restart
        try transact(nowMilliseconds) { hub, _ in
            try hub.sealOwn()
            var feed = PublishedFeed()
            feed.update(from: hub, everything: true)
            guard let view = FeedView(feed, round, scope) else { return }
            let request = view.request(round, scope, after: after, size: size)
            let reader = try FeedReader(hub.sql, plan: hub.plan)
            let encoded = sealed(try reader.chunk(request, heads: view.heads, siteIDs: view.siteIDs))
            found = .read(view.chunk(encoded, scope, after: after))
        }
        return found
    }

    /// The checkpoint at the hub's head, when all scopes of the site are read to their end.
    public func readCheckpoint(_ round: FeedRound, readUpTo: ScopePositions) -> Reading<Checkpoint> {
        published.withLock { feed in
            guard let site = feed.sites[round.site],
                (round.isComplete ? site.roundFloor : round.began) >= feed.floor
            else { return .restart }
            for scope in FeedScope.allCases where feed.head(of: site.scopes[scope]) > readUpTo[scope].number {
                return .notYet
            }
            return .read(
                Checkpoint(
                    cursor: Cursor(epoch: feed.epoch, position: feed.head),
                    included: site.number,
                    stamp: feed.stamp,
                    schemaVersion: feed.schemaVersion,
                    isComplete: round.isComplete
                )
            )
        }
    }

    /// All that is left of a round, from one snapshot: for a reader from whom the head keeps running away. It is
    /// spooled; the snapshot's position is the checkpoint.
    public func readRest(
        _ round: FeedRound,
        readUpTo: ScopePositions,
        size: ChunkSize,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> Reading<RestSpool> {
        while true {
            let reading = try RestSpool.read { spool in
                try rest(of: round, readUpTo: readUpTo, size: size, spool)
            }
            if let reading { return reading }
            try seal(nowMilliseconds: nowMilliseconds)
        }
    }

    /// One look; nil when something captured is not sealed.
    func rest(
        of round: FeedRound,
        readUpTo: ScopePositions,
        size: ChunkSize,
        _ spool: (ReadChunk) throws -> Void
    ) throws(ReplicaError) -> Reading<Checkpoint>? {
        guard let plan = published.withLock({ $0.plan }) else { return nil }
        return try nextReader().inSealedSnapshot(plan) { reader in
            try rest(round, readUpTo: readUpTo, size: size, reader, spool)
        }
    }

    private func rest(
        _ round: FeedRound,
        readUpTo: ScopePositions,
        size: ChunkSize,
        _ reader: FeedReader,
        _ spool: (ReadChunk) throws -> Void
    ) throws -> Reading<Checkpoint> {
        let state = try reader.committed(round.site)
        for scope in FeedScope.allCases {
            guard var view = FeedView(published, round, scope), let state,
                view.plan.schema.version == reader.plan.schema.version
            else { return .restart }
            view.reachAll(upTo: state.head)
            var after = readUpTo[scope]
            var isLast = view.scope == HubScope.hubID
            while !isLast {
                let request = view.request(round, scope, after: after, size: size)
                let encoded = sealed(try reader.chunk(request, heads: view.heads, siteIDs: state.siteIDs))
                let chunk = view.chunk(encoded, scope, after: after)
                if chunk.rows > 0 || !chunk.isLast { try spool(chunk) }
                after = chunk.upTo
                isLast = chunk.isLast
            }
        }
        guard let state, let epoch = published.withLock({ $0.sites[round.site] == nil ? nil : $0.epoch }) else {
            return .restart
        }
        return .read(
            Checkpoint(
                cursor: Cursor(epoch: epoch, position: Position(state.head)),
                included: state.included,
                stamp: state.stamp,
                schemaVersion: state.schemaVersion,
                isComplete: round.isComplete
            )
        )
    }
}

extension SiteScopes {
    subscript(scope: FeedScope) -> Int64 {
        switch scope {
        case .network: HubScope.networkID
        case .region: region
        case .store: store
        case .answers: answers
        }
    }
}
