import ChangeLog

/// All sites, by number and by identity, and the statements on `linli_site`.
///
/// Law: numbers are dense, so a site's number is its place here.
final class SiteRegistry {
    private(set) var all: [HubSite] = []
    private var bySite: [SiteID: HubSite] = [:]
    /// How many sites each store has had.
    private var counts: [NodeName: Int] = [:]
    /// Sites whose entries differ from the table's, in order of their first change.
    private(set) var touched: [HubSite] = []
    private let insert: Statement
    private let update: Statement
    private let sealed: SealedNumbers

    /// - Parameter scopes: the scopes of a site of this store.
    init(
        _ sql: SQL,
        scopes: (SiteID, NodeName) throws(ReplicaError) -> SiteScopes
    ) throws(ReplicaError) {
        insert = try sql.statement(
            """
            INSERT INTO linli_site (id, site, store, state, number, hash, tag_confirmed, tag_offered, cursor_epoch,
              cursor_position, safe_position, round_floor, last_seen, joined_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """
        )
        update = try sql.statement(
            """
            UPDATE linli_site SET state = ?2, number = ?3, hash = ?4, tag_confirmed = ?5, tag_offered = ?6,
              cursor_epoch = ?7, cursor_position = ?8, safe_position = ?9, round_floor = ?10, last_seen = ?11
            WHERE id = ?1
            """
        )
        sealed = SealedNumbers(sql)
        let told = try sealed.all()
        let rows = try sql.statement(
            """
            SELECT s.id, s.site, s.store, s.state, s.number, s.hash, s.tag_confirmed, s.tag_offered, s.cursor_epoch,
              s.cursor_position, s.safe_position, s.round_floor, s.last_seen, s.joined_at,
              (SELECT count(*) FROM linli_refused r WHERE r.site = s.id)
            FROM linli_site s ORDER BY s.id
            """
        )
        while try rows.step() {
            guard let site = SiteID(rows.string(1)), let store = NodeName(rows.string(2)),
                let state = HubSite.State(rawValue: rows.string(3)), let hash = ChangesetHash(rows.bytes(5)),
                let epoch = SiteID(rows.string(8)), rows.integer(0) == all.count
            else {
                rows.reset()
                throw .damaged(what: "linli_site")
            }
            let one = HubSite(
                id: rows.integer(0),
                site: site,
                store: store,
                state: state,
                scopes: try scopes(site, store),
                joinedAt: rows.integer(13),
                number: ChangesetNumber(rows.integer(4)),
                hash: hash
            )
            one.sealed = told[one.id] ?? .none
            one.tagConfirmed = rows.isNull(6) ? nil : UInt64(bitPattern: rows.integer(6))
            one.tagOffered = rows.isNull(7) ? nil : UInt64(bitPattern: rows.integer(7))
            one.cursor = Cursor(epoch: Epoch(epoch.raw), position: Position(rows.integer(9)))
            one.safe = Position(rows.integer(10))
            one.roundFloor = Position(rows.integer(11))
            one.lastSeen = rows.isNull(12) ? nil : rows.integer(12)
            one.refusals = Int(rows.integer(14))
            keep(one)
        }
    }

    subscript(id: Int64) -> HubSite { all[Int(id)] }

    subscript(site: SiteID) -> HubSite? { bySite[site] }

    /// The sites of a store, the oldest first.
    func sites(of store: NodeName) -> [HubSite] { all.filter { $0.store == store && !$0.isHub } }

    /// Whether the site's store had another site.
    func hasSeveral(of site: HubSite) -> Bool { counts[site.store] ?? 0 > 1 }

    func add(_ site: SiteID, store: NodeName, scopes: SiteScopes, at now: Int64) throws(ReplicaError) -> HubSite {
        let one = HubSite(
            id: Int64(all.count),
            site: site,
            store: store,
            state: .active,
            scopes: scopes,
            joinedAt: now
        )
        try insert.bind(1, one.id).bind(2, site.description).bind(3, store.text).bind(4, one.state.rawValue)
            .bind(5, one.number.number).bind(6, .blob(one.hash.bytes)).bindNull(7).bindNull(8)
            .bind(9, one.cursor.epoch.description).bind(10, one.cursor.position.number).bind(11, one.safe.number)
            .bind(12, one.roundFloor.number).bindNull(13).bind(14, now).run()
        keep(one)
        touch(one)
        return one
    }

    /// The entry changed; `save` writes it.
    func touch(_ site: HubSite) {
        guard !site.isTouched else { return }
        site.isTouched = true
        touched.append(site)
    }

    func save() throws(ReplicaError) {
        for one in touched {
            update.bind(1, one.id).bind(2, one.state.rawValue).bind(3, one.number.number).bind(4, .blob(one.hash.bytes))
            update.bind(5, one.tagConfirmed).bind(6, one.tagOffered).bind(7, one.cursor.epoch.description)
            update.bind(8, one.cursor.position.number).bind(9, one.safe.number).bind(10, one.roundFloor.number)
            if let seen = one.lastSeen { update.bind(11, seen) } else { update.bindNull(11) }
            try update.run()
            try sealed.raise(one, to: one.sealed)
        }
    }

    /// What was touched is committed and published.
    func settle() {
        for site in touched { site.isTouched = false }
        touched = []
    }

    private func keep(_ site: HubSite) {
        all.append(site)
        counts[site.store, default: 0] += 1
        bySite[site.site] = site
    }
}

extension Statement {
    fileprivate func bind(_ parameter: Int, _ tag: UInt64?) -> Self {
        if let tag { bind(parameter, Int64(bitPattern: tag)) } else { bindNull(parameter) }
    }
}
