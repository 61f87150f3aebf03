import ChangeLog
import Replica

/// What the hub has merged, as the run saw it being merged: which changesets, by site and number, with their hashes.
///
/// Law: it is set back with the hub.
struct HubAccount {
    private var hashes: [SiteID: [Int64: ChangesetHash]] = [:]

    mutating func merged(_ header: ChangesetHeader, through number: ChangesetNumber) {
        guard header.number == number else { return }
        hashes[header.site, default: [:]][number.number] = header.hash
    }

    /// - Parameter hash: nil: whatever it is.
    func has(_ site: SiteID, _ number: ChangesetNumber, _ hash: ChangesetHash?) -> Bool {
        guard let known = hashes[site]?[number.number] else { return false }
        return hash.map { $0 == known } ?? true
    }
}

/// What a box sealed, and how many writes of the run were done then: by it and the hub's account is known which of the
/// box's writes the hub has.
struct SealAccount {
    private struct Seal {
        let site: SiteID
        let number: ChangesetNumber
        let hash: ChangesetHash?
        let writes: Int
    }

    private var seals: [Seal] = []

    mutating func sealed(_ header: ChangesetHeader, writes: Int) {
        seals.append(Seal(site: header.site, number: header.number, hash: header.hash, writes: writes))
    }

    /// The replica became another site, which has `kept` of its changesets under new numbers. The rest the hub has under
    /// numbers that stand here already.
    mutating func became(_ site: SiteID, kept: Int, writes: Int) {
        guard kept > 0 else { return }
        seals.append(Seal(site: site, number: ChangesetNumber(Int64(kept)), hash: nil, writes: writes))
    }

    /// Writes of the run before this one that the box made are at the hub.
    func safeWrites(_ hub: HubAccount) -> Int {
        seals.last { hub.has($0.site, $0.number, $0.hash) }?.writes ?? 0
    }
}
