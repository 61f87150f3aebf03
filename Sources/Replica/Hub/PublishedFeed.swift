import ChangeLog
import NetworkSchema

/// What readers of the feed must know of the last commit: how far each scope reaches, and what is included of each
/// site. The writer publishes it after each commit, as a whole.
///
/// Law: it is a state that was committed, or an older one. A reader takes it before its snapshot, and gives out nothing
/// above `head`; so what it gives out is the state at `head`, less the rows that have moved on since.
struct PublishedFeed {
    struct Site {
        let id: Int64
        var scopes: SiteScopes
        var number: ChangesetNumber
        /// The hub's horizon when the site's round from nothing began.
        var roundFloor: Position
    }

    var epoch = Epoch.none
    var head = Position.start
    /// At or above every stamp at `head`.
    var stamp = Stamp.zero
    /// Tombstones up to here may be gone.
    var floor = Position.start
    /// The schema version under which the scopes' heads are counted; nil before the first commit.
    var plan: SchemaPlan?
    var schemaVersion: Int { plan?.schema.version ?? 0 }
    /// By scope, by table; the last is the scope's part of `linli_feed`.
    var heads: [[Int64]] = []
    /// By number.
    var siteIDs: [SiteID] = []
    var sites: [SiteID: Site] = [:]

    /// The greatest position in a scope.
    func head(of scope: Int64) -> Int64 {
        scope == HubScope.hubID || scope >= heads.count ? 0 : heads[Int(scope)].max() ?? 0
    }

    /// Takes over what the writer committed.
    mutating func update(from hub: HubWriter, everything: Bool) {
        epoch = hub.epochs.present
        head = Position(hub.head)
        stamp = hub.clock.last
        floor = hub.floor
        plan = hub.plan
        if everything {
            heads = []
            sites = [:]
            siteIDs = []
        }
        while heads.count < hub.scopes.count { heads.append(hub.scopes[Int64(heads.count)].heads) }
        for scope in hub.scopes.touched { heads[Int(scope.id)] = scope.heads }
        for site in everything ? hub.sites.all : hub.sites.touched where !site.isHub {
            sites[site.site] = Site(
                id: site.id,
                scopes: site.scopes,
                number: site.number,
                roundFloor: site.roundFloor
            )
        }
        while siteIDs.count < hub.sites.all.count { siteIDs.append(hub.sites.all[siteIDs.count].site) }
    }
}
