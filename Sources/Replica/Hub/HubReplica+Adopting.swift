public import ChangeLog
import NetworkSchema

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
    /// A chunk without this hub's seal is not looked at: a line of the quarantine names the store. A version of the
    /// schema is taken over when it is the next one.
    ///
    /// - Returns: how many rows were lacking, or lacked something.
    /// - Throws: `ReplicaError.otherSchema` when the hub has another document under the version's number.
    public func adopt(_ offer: OfferedChunk, nowMilliseconds: Int64) throws(ReplicaError) -> Int {
        var rows = 0
        let feedSeal = feedSeal
        if let feedSeal, offer.epoch == .none, feedSeal.isOwn(offer.seal, of: offer.bytes, in: .none) {
            try adoptSchema(offer, nowMilliseconds: nowMilliseconds)
            return 0
        }
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

extension HubReplica {
    /// The site has given back what it has, twice: its store's rights may be shared again.
    public func endOffers(of site: SiteID, nowMilliseconds: Int64) throws(ReplicaError) {
        try transact(nowMilliseconds) { hub, _ in
            guard let site = hub.sites[site], site.state == .active else { return }
            try hub.setAway(site.store, false)
        }
    }

    private func adoptSchema(_ offer: OfferedChunk, nowMilliseconds: Int64) throws(ReplicaError) {
        let isMember = try inspect { hub in hub.sites[offer.site]?.state == .active }
        guard isMember, let offered = try sealedSchema(offer.bytes) else { return }
        let present = try writer.use { _ in self.present.plan.schema.version }
        guard offered.version == present + 1 else {
            guard offered.version <= present else { return }
            let own = try schema(after: offered.version - 1)
            guard own.version == offered.version, Array(own.document.utf8) == offered.document else {
                throw .otherSchema(version: offered.version)
            }
            return
        }
        do {
            let next = try NetworkSchema(yaml: String(decoding: offered.document, as: UTF8.self))
            try applySchema(next, nowMilliseconds: nowMilliseconds)
        } catch let error as ReplicaError {
            throw error
        } catch {
            // It follows another version than the hub has under the number before.
            throw .otherSchema(version: offered.version)
        }
    }

    private func sealedSchema(_ bytes: [UInt8]) throws(ReplicaError) -> SealedSchema? {
        do {
            return try SealedSchema(chunk: bytes)
        } catch {
            throw .damaged(what: "a schema version that this hub sealed (\(error))")
        }
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
