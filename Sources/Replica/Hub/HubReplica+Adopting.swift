public import ChangeLog

/// A chunk that a store gives back, as it came down in a history that the hub has lost.
public struct OfferedChunk: Hashable, Sendable {
    public var site: SiteID
    /// In which it came.
    public var epoch: Epoch
    public var bytes: [UInt8]
    public var seal: [UInt8]
    /// The site's outbox, as it was at the handshake, is merged.
    public var isAfterOutbox: Bool

    public init(site: SiteID, epoch: Epoch, bytes: [UInt8], seal: [UInt8], isAfterOutbox: Bool) {
        self.site = site
        self.epoch = epoch
        self.bytes = bytes
        self.seal = seal
        self.isAfterOutbox = isAfterOutbox
    }
}

extension HubReplica {
    /// Adopts of an offered chunk what the hub wrote itself and lacks. What stores wrote they push again.
    ///
    /// A chunk without this hub's seal is not looked at: a line of the quarantine names the store.
    ///
    /// - Returns: how many rows were lacking, or lacked something.
    public func adopt(_ offer: OfferedChunk, nowMilliseconds: Int64) throws(ReplicaError) -> Int {
        var rows = 0
        let feedSeal = feedSeal
        try transact(nowMilliseconds) { hub, _ in
            guard let site = hub.sites[offer.site], site.state == .active else { return }
            guard let feedSeal, feedSeal.isOwn(offer.seal, of: offer.bytes, in: offer.epoch) else {
                return try hub.refuseOffer(of: site)
            }
            try hub.sealOwn()
            rows = try hub.adopt(offer, from: site)
            try hub.shareGrants()
        }
        return rows
    }
}

extension HubWriter {
    /// One line for each store is enough, as long as nobody has looked at it.
    fileprivate func refuseOffer(of site: HubSite) throws(ReplicaError) {
        let reason = QuarantineReason.foreignOffer
        let open = try sql.statement(
            "SELECT count(*) FROM linli_quarantine WHERE store = ?1 AND reason = ?2 AND settled_at IS NULL"
        ).bind(1, site.store.text).bind(2, reason.text).firstInteger()
        guard open == 0 else { return }
        let change = ChangeJSON.change("offer", columns: nil, site: site.site, number: .none)
        _ = try quarantine.add(store: site.store, table: nil, key: [], reason: reason, change: change, at: now)
    }
}
