import ChangeLog
import NetworkSchema
import Synchronization

/// One scope of one site, as the last commit left it.
struct FeedView {
    let site: PublishedFeed.Site
    let scope: Int64
    /// By table, then `linli_feed`.
    private(set) var heads: [Int64]
    let siteIDs: [SiteID]
    /// The schema version that `heads` are of.
    let plan: SchemaPlan
    private(set) var head: Int64
    /// Several sites read the same entries.
    let isShared: Bool
    /// nil when the round must have everything. Row by row, what is left out once is left out for the rest of the round,
    /// or was changed by others and is sent; of whole chunks that holds only while nothing was sent.
    private let echo: FeedRequest.Echo?

    var scopeHead: Int64 { heads.max() ?? 0 }

    /// nil when the round cannot go on.
    init?(_ published: borrowing Mutex<PublishedFeed>, _ round: FeedRound, _ scope: FeedScope) {
        guard let view = published.withLock({ FeedView($0, round, scope) }) else { return nil }
        self = view
    }

    init?(_ feed: PublishedFeed, _ round: FeedRound, _ scope: FeedScope) {
        guard let plan = feed.plan, let site = feed.sites[round.site],
            (round.isComplete ? site.roundFloor : round.began) >= feed.floor
        else { return nil }
        self.site = site
        self.plan = plan
        self.scope = site.scopes[scope]
        heads =
            self.scope != HubScope.hubID && self.scope < feed.heads.count ? feed.heads[Int(self.scope)] : [0]
        siteIDs = feed.siteIDs
        head = feed.head.number
        isShared = scope == .network || scope == .region
        let mayLeaveOut =
            scope != .answers && !round.isComplete && round.began > .start && !(isShared && round.hasSent)
        echo = mayLeaveOut ? FeedRequest.Echo(site: site.id, roundBegan: round.began.number) : nil
    }

    /// Whatever stands in the snapshot is asked for, up to its head.
    mutating func reachAll(upTo head: Int64) {
        heads = heads.map { _ in .max }
        self.head = head
    }

    func request(_ round: FeedRound, _ scope: FeedScope, after: Position, size: ChunkSize) -> FeedRequest {
        var request = FeedRequest(
            scope: self.scope,
            after: after.number,
            upTo: head,
            bytesTarget: size.bytesTarget,
            rowsMax: size.rowsMax
        )
        if !isShared { request.site = site.scopes }
        request.echo = echo
        return request
    }

    func nothing(_ scope: FeedScope, after: Position) -> ReadChunk {
        ReadChunk(
            scope: scope,
            from: after,
            upTo: max(after, Position(head)),
            rows: 0,
            bytes: [],
            isLast: true
        )
    }

    func chunk(_ shared: ChunkCache.SharedChunk, _ scope: FeedScope, after: Position) -> ReadChunk {
        let isEcho = shared.author.isEcho(of: echo)
        return ReadChunk(
            scope: scope,
            from: after,
            upTo: Position(shared.upTo),
            rows: isEcho ? 0 : shared.rows,
            bytes: isEcho ? [] : shared.bytes,
            seal: isEcho ? [] : shared.seal,
            isLast: shared.upTo >= scopeHead
        )
    }

    func chunk(_ encoded: EncodedChunk, _ scope: FeedScope, after: Position) -> ReadChunk {
        let isEcho = encoded.author.isEcho(of: echo)
        return ReadChunk(
            scope: scope,
            from: after,
            upTo: Position(encoded.upTo),
            rows: isEcho ? 0 : encoded.rows,
            bytes: isEcho ? [] : encoded.bytes,
            seal: isEcho ? [] : encoded.seal,
            isLast: encoded.isLast
        )
    }
}

extension EncodedChunk {
    /// What other readers may have of it.
    var shared: ChunkCache.SharedChunk? {
        first.map {
            ChunkCache.SharedChunk(first: $0, upTo: upTo, rows: rows, bytes: bytes, seal: seal, author: author)
        }
    }
}

/// What a snapshot says of itself.
struct CommittedFeed {
    let head: Int64
    let stamp: Stamp
    let schemaVersion: Int
    let included: ChangesetNumber
    let siteIDs: [SiteID]
}

extension FeedReader {
    /// nil when the snapshot does not know the site.
    func committed(_ site: SiteID) throws(ReplicaError) -> CommittedFeed? {
        let settings = Settings(sql)
        guard
            let number = try sql.statement("SELECT number FROM linli_site WHERE site = ?1")
                .bind(1, site.description).firstInteger()
        else { return nil }
        var siteIDs: [SiteID] = []
        let sites = try sql.statement("SELECT site FROM linli_site ORDER BY id")
        while try sites.step() { siteIDs.append(SiteID(sites.string(0)) ?? SiteID(0)) }
        return CommittedFeed(
            head: try settings.integer(.head),
            stamp: try settings.hubStamp(),
            schemaVersion: try settings.schemaVersion(),
            included: ChangesetNumber(number),
            siteIDs: siteIDs
        )
    }
}
