public import ChangeLog

/// The registry of stores, and the handshakes of their sites.
extension HubReplica {
    /// Registers a store, or invites a registered one anew, as after the loss of its disk.
    ///
    /// - Parameters:
    ///   - secretHash: SHA-256 of the join token's secret.
    ///   - expiresAt: milliseconds since 1970 UTC.
    /// - Returns: false when the store is retired.
    public func invite(
        _ store: NodeName,
        region: String,
        name: String,
        secretHash: [UInt8],
        expiresAt: Int64,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> Bool {
        var isTaken = false
        try transact(nowMilliseconds) { hub, _ in
            var entry =
                hub.stores[store]
                ?? HubStore(
                    store: store,
                    region: region,
                    name: name,
                    state: .invited,
                    secretHash: nil,
                    expiresAt: nil,
                    invitedAt: nowMilliseconds,
                    usedBy: nil,
                    joinedAt: nil,
                    site: nil,
                    isAway: false
                )
            guard entry.state != .retired else { return }
            if entry.site == nil { entry.region = region }
            entry.name = name
            entry.secretHash = secretHash
            entry.expiresAt = expiresAt
            entry.invitedAt = nowMilliseconds
            entry.usedBy = nil
            try hub.stores.save(entry)
            isTaken = true
        }
        return isTaken
    }

    /// What became of a join.
    public enum Joining: Hashable, Sendable {
        case joined(region: String)
        /// The hub knows no such store.
        case stranger
        /// No invitation stands, it has expired, or the secret is not its own.
        case refused
        case frozen
        case retired
    }

    /// Why a machine may not become the store; nil when it may. Nothing is written.
    public func joinRefusal(
        _ store: NodeName,
        site: SiteID,
        nowMilliseconds: Int64,
        isSecretRight: ([UInt8]) -> Bool
    ) throws(ReplicaError) -> Joining? {
        try inspect { hub in hub.joinRefusal(store, site: site, nowMilliseconds, isSecretRight) }
    }

    /// A machine becomes the store: a new site, and the present one is fenced. An invitation is used once; its reply
    /// may be lost, so the same site may ask again.
    ///
    /// - Parameter isSecretRight: compares the secret with its stored hash, in constant time.
    public func join(
        _ store: NodeName,
        site: SiteID,
        nowMilliseconds: Int64,
        isSecretRight: ([UInt8]) -> Bool
    ) throws(ReplicaError) -> Joining {
        var answer = Joining.refused
        try transact(nowMilliseconds) { hub, _ in
            if let refusal = hub.joinRefusal(store, site: site, nowMilliseconds, isSecretRight) {
                answer = refusal
                return
            }
            guard var entry = hub.stores[store] else { return }
            if hub.sites[site] == nil {
                let taken = try hub.takeOver(entry, by: site)
                entry = hub.stores[store] ?? entry
                entry.usedBy = taken.id
                try hub.stores.save(entry)
            }
            answer = .joined(region: entry.region)
        }
        return answer
    }

    // MARK: Sessions

    /// Why whoever comes with these facts is a copy of the site that it names; nil when it is not.
    ///
    /// To be asked while the site's session is at work: a copy must not end it.
    public func isCopy(_ facts: SessionFacts) throws(ReplicaError) -> String? {
        try inspect { hub in
            guard let site = hub.sites[facts.site], site.store == facts.store else { return nil }
            return hub.fork(facts, site)
        }
    }

    /// Judges a handshake. The node ends the site's older session before it asks.
    ///
    /// - Parameter isPresentSiteOnline: the store's present site, when it is another one, has a session.
    public func openSession(
        _ facts: SessionFacts,
        isPresentSiteOnline: Bool,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> SessionAnswer {
        var answer = SessionAnswer.refused(.stranger)
        try transact(nowMilliseconds) { hub, _ in
            answer = try hub.open(facts, isPresentSiteOnline: isPresentSiteOnline)
        }
        guard case .opened(var opening) = answer else { return answer }
        opening.partsHeld = try held.count(of: opening.acknowledged.next, site: facts.site)
        return .opened(opening)
    }

    /// The site stored the tag of its session durably. Written with the next transaction.
    public func confirmTag(_ tag: UInt64, site: SiteID) { note(.tag(tag), of: site) }

    /// The site committed a checkpoint. Written with the next transaction: an older account only keeps tombstones
    /// longer.
    ///
    /// - Parameter safe: the position below which tombstones may go for the site.
    public func noteCommitted(_ cursor: Cursor, safe: Position, site: SiteID) {
        note(.committed(cursor, safe: safe), of: site)
    }

    /// The site has sealed up to this number. Written with the next transaction: an older account names fewer of the
    /// changesets that are lost with a disk.
    public func noteSealed(_ number: ChangesetNumber, site: SiteID) { note(.sealed(number), of: site) }

    /// Drops what no store needs any more, as much as one transaction may.
    public func collectGarbage(nowMilliseconds: Int64) throws(ReplicaError) {
        let cache = cache
        var isDropped = false
        try transact(nowMilliseconds, afterwards: { if isDropped { cache.empty() } }) { hub, _ in
            isDropped = try hub.collectGarbage()
        }
    }
}

/// What a site told, on its way into the registry.
enum SiteNote: Hashable, Sendable {
    case tag(UInt64)
    case committed(Cursor, safe: Position)
    case sealed(ChangesetNumber)
}

extension HubWriter {
    fileprivate func joinRefusal(
        _ store: NodeName,
        site: SiteID,
        _ now: Int64,
        _ isSecretRight: ([UInt8]) -> Bool
    ) -> HubReplica.Joining? {
        guard let entry = stores[store] else { return .stranger }
        switch entry.state {
        case .frozen: return .frozen
        case .retired: return .retired
        case .invited, .active: break
        }
        guard let hash = entry.secretHash, let expiry = entry.expiresAt, now <= expiry, isSecretRight(hash) else {
            return .refused
        }
        // Used once, and by the same site again.
        let known = sites[site]?.id
        return entry.usedBy == known ? nil : .refused
    }

    /// Takes over what sites told since the last transaction.
    func take(_ notes: [(site: SiteID, note: SiteNote)]) {
        for (site, note) in notes {
            guard let site = sites[site] else { continue }
            switch note {
            case .tag(let tag):
                guard tag == site.tagOffered else { continue }
                site.tagConfirmed = tag
            case .committed(let cursor, let safe):
                guard epochs.knows(cursor, head: head) else { continue }
                site.cursor = cursor
                site.safe = min(safe, cursor.position)
                site.lastSeen = now
                toldSafe.insert(site.id)
            case .sealed(let number): site.sealed = max(site.sealed, number)
            }
            sites.touch(site)
        }
    }
}
