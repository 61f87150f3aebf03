public import ChangeLog
import NetworkSchema

/// What a site says of itself at the handshake, as far as the replica must judge it.
public struct SessionFacts: Hashable, Sendable {
    public var store: NodeName
    public var site: SiteID
    /// The last session tag that the site stored; nil before its first session.
    public var tag: UInt64?
    public var cursor: Cursor
    /// The site has a part of a round staged.
    public var hasStaged: Bool
    /// Of the site's tables.
    public var schemaVersion: Int
    /// The greatest number that the site knows acknowledged, and its hash.
    public var acknowledged: ChangesetNumber
    public var acknowledgedHash: ChangesetHash
    /// The last number that the site sealed.
    public var sealed: ChangesetNumber
    /// The position below which tombstones may go for the site.
    public var safe: Position

    public init(
        store: NodeName,
        site: SiteID,
        tag: UInt64?,
        cursor: Cursor,
        hasStaged: Bool,
        schemaVersion: Int = 0,
        acknowledged: ChangesetNumber,
        acknowledgedHash: ChangesetHash,
        sealed: ChangesetNumber,
        safe: Position
    ) {
        self.store = store
        self.site = site
        self.tag = tag
        self.cursor = cursor
        self.hasStaged = hasStaged
        self.schemaVersion = schemaVersion
        self.acknowledged = acknowledged
        self.acknowledgedHash = acknowledgedHash
        self.sealed = sealed
        self.safe = safe
    }
}

/// How a session goes on.
public struct SessionOpening: Hashable, Sendable {
    public var epoch: Epoch
    /// What the hub has of the site's change log.
    public var acknowledged: ChangesetNumber
    public var acknowledgedHash: ChangesetHash
    /// Parts that are held of the number after that.
    public var partsHeld: Int
    /// The feed goes on from the site's cursor; else what it staged is dropped, and it begins at nothing.
    public var resumes: Bool
    /// Another site speaks for the store, or none: this one's outbox is taken, and it has no rights to spend.
    public var isFenced: Bool
    /// For the site to store, as the sign of this session.
    public var tag: UInt64
    public var region: String
    public var head: Position
    public var schemaVersion: Int
    /// The hub does not know the site's cursor, because it lost the history of it: what the site received from
    /// positions above this one the hub may lack.
    public var offersAfter: Position?
}

/// Why a session is refused.
public enum SessionRefusal: Hashable, Sendable {
    /// The hub knows no such store.
    case stranger
    /// The site is a copy, or was restored from a backup.
    case forked(String, ForkHistory?)
    case frozen
    case retired
}

public enum SessionAnswer: Hashable, Sendable {
    case opened(SessionOpening)
    case refused(SessionRefusal)
}

extension HubWriter {
    /// Judges a handshake, and offers the site a new tag.
    ///
    /// A copied site comes with a tag that is older than the confirmed one, or with another history under the same
    /// numbers. A hub that was itself restored knows less than its sites: a cursor, a number or a tag that it cannot know
    /// yet is its own loss, and no fork.
    ///
    /// - Parameter isPresentSiteOnline: the store's present site, when it is another one, has a session.
    func open(_ facts: SessionFacts, isPresentSiteOnline: Bool) throws(ReplicaError) -> SessionAnswer {
        guard let store = stores[facts.store] else { return .refused(.stranger) }
        switch store.state {
        case .frozen:
            // What it goes on to sell is known by its number, should its disk be lost before it is thawed.
            if let known = sites[facts.site], known.store == facts.store {
                known.sealed = max(known.sealed, facts.sealed)
                sites.touch(known)
            }
            return .refused(.frozen)
        case .retired: return .refused(.retired)
        case .invited, .active: break
        }
        let site: HubSite
        var isNew = false
        if let known = sites[facts.site] {
            guard known.store == facts.store else { return .refused(.stranger) }
            if known.state == .retired { return .refused(.retired) }
            let copy = known.state == .copied ? "another copy of it became a new site" : nil
            if let fork = fork(facts, known) ?? copy {
                let history = try history(of: known, facts)
                return .refused(.forked(fork, history))
            }
            site = known
        } else {
            guard !isPresentSiteOnline || store.site == nil else {
                return .refused(.forked("another machine runs as \(facts.store)", nil))
            }
            site = try takeOver(store, by: facts.site, leaving: .copied)
            isNew = true
        }
        let offersAfter = feedKeyIsKnown ? try lost(facts, isNew: isNew) : nil
        let goesOn = goOn(site, facts, isNew: isNew || offersAfter != nil)
        if let tag = facts.tag, tag == site.tagOffered { site.tagConfirmed = tag }
        let tag = nextTag(site, facts)
        site.tagOffered = tag
        site.lastSeen = now
        site.sealed = max(site.sealed, facts.sealed)
        sites.touch(site)
        // What it gives back may need the rights that it granted the hub: nothing of these goes back to it before.
        try setAway(facts.store, offersAfter != nil)
        return .opened(
            SessionOpening(
                epoch: epochs.present,
                acknowledged: site.number,
                acknowledgedHash: site.hash,
                partsHeld: 0,
                resumes: goesOn && offersAfter == nil,
                isFenced: site.state != .active,
                tag: tag,
                region: store.region,
                head: Position(head),
                schemaVersion: plan.schema.version,
                offersAfter: offersAfter
            )
        )
    }

    func setAway(_ store: NodeName, _ isAway: Bool) throws(ReplicaError) {
        guard var present = stores[store], present.isAway != isAway else { return }
        present.isAway = isAway
        try stores.save(present)
    }

    /// The last position that the hub's history shares with that of the site's cursor, when the hub lost the cursor.
    private func lost(_ facts: SessionFacts, isNew: Bool) throws(ReplicaError) -> Position? {
        let restored = try settings.integerIfAny(.restoredHead)
        let least = Position(restored ?? 0)
        // A site that the hub does not know may have joined in the history that is lost; one without a cursor may have
        // been in the middle of a resync.
        guard !isNew, facts.cursor.position != .start else {
            return restored != nil || isSchemaLost(facts) ? least : nil
        }
        guard isSchemaLost(facts) || !epochs.knows(facts.cursor, head: head) else { return nil }
        return epochs.common(facts.cursor, head: head, least: least)
    }

    /// The schema says so whatever the cursor says.
    private func isSchemaLost(_ facts: SessionFacts) -> Bool {
        facts.schemaVersion > plan.schema.version
    }

    /// Why the site is not the one that the hub knows; nil when it is.
    func fork(_ facts: SessionFacts, _ site: HubSite) -> String? {
        if facts.sealed < site.number {
            return "the hub has changeset \(site.number) of the site, and its own log ends at \(facts.sealed)"
        }
        if facts.acknowledged == site.number, facts.acknowledgedHash != site.hash {
            return "changeset \(site.number) of the site is another one at the hub"
        }
        if let tag = facts.tag, tag > Self.tagMax { return "no hub gave it its session tag" }
        if facts.tag == nil, site.tagConfirmed != nil { return "the site has no tag of its last session" }
        let isTagLost = facts.tag.map { tag in tag > max(site.tagConfirmed ?? 0, site.tagOffered ?? 0) } ?? false
        let isHubBehind =
            facts.acknowledged > site.number || isTagLost || !epochs.knows(facts.cursor, head: head)
            || isSchemaLost(facts)
        if !isHubBehind, facts.tag != site.tagConfirmed, facts.tag != site.tagOffered {
            return "the site's last session was another one"
        }
        return nil
    }

    /// Far beyond every clock, and the next one exists.
    private static let tagMax = UInt64.max / 2

    /// Tags of a site grow, whatever the clock does, so that a hub that was restored can tell a tag that it forgot from
    /// one that is out of date.
    private func nextTag(_ site: HubSite, _ facts: SessionFacts) -> UInt64 {
        let known = max(facts.tag ?? 0, site.tagConfirmed ?? 0, site.tagOffered ?? 0)
        return max(known + 1, UInt64(clamping: now) << 16)
    }

    /// Whether the feed goes on from the site's cursor; notes where the site stands.
    private func goOn(_ site: HubSite, _ facts: SessionFacts, isNew: Bool) -> Bool {
        let isAtStart = facts.cursor.position == .start
        let isKnown = epochs.knows(facts.cursor, head: head) && facts.cursor.position >= floor
        if !isAtStart, isKnown, !isNew {
            site.cursor = facts.cursor
            site.safe = min(facts.safe, facts.cursor.position)
            toldSafe.insert(site.id)
            return true
        }
        let resumes = isAtStart && (!facts.hasStaged || site.roundFloor == floor && !isNew)
        site.cursor = .start
        site.safe = .start
        if !resumes || !facts.hasStaged { site.roundFloor = floor }
        return resumes
    }
}
