import ChangeLog
import Testing

@testable import Replica

@Suite("What comes to a hub otherwise than by a session")
struct HubImportTests {
    private func row(_ author: Author, _ id: String) throws -> Operation {
        try author.insert("basket", ["id": text(id), "store_id": text(author.store.text)])
    }

    @Test("is judged by how its site stands; of one that takes part no more it is merged only when it is let in")
    func retired() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(row(east, "a"))
        #expect(try world.hub.standing(of: east.site, store: east.store)?.takesPart == true)
        #expect(try world.hub.standing(of: east.site, store: east.store)?.number == ChangesetNumber(1))
        #expect(try world.hub.retire(east.store, nowMilliseconds: world.now) == .done)
        #expect(try world.hub.standing(of: east.site, store: east.store)?.takesPart == false)
        var late = try east.changeset([row(east, "b")])
        #expect(try world.hub.merge([late], nowMilliseconds: world.now).outcomes == [.stranger])
        late.isAdmitted = true
        let merged = MergeOutcome.merged(through: ChangesetNumber(2))
        #expect(try world.hub.merge([late, late], nowMilliseconds: world.now).outcomes == [merged, merged])
        #expect(try world.rows("SELECT id FROM basket ORDER BY id") == ["a", "b"])
    }

    @Test("of a site that a restored hub does not know is let in as an earlier one of its store, without rights")
    func unknownSite() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        let lost = Author(world, store: east.store, site: SiteID(0x10_57))
        #expect(try world.hub.standing(of: lost.site, store: lost.store)?.siteState == nil)
        #expect(try world.hub.standing(of: east.site, store: #require(NodeName("west"))) == nil)
        for _ in 0..<2 { try world.hub.admit(lost.site, of: lost.store, nowMilliseconds: world.now) }
        #expect(try world.hub.standing(of: lost.site, store: lost.store)?.siteState == "fenced")
        try lost.push(row(lost, "c"))
        #expect(try world.rows("SELECT id FROM basket") == ["c"])
        try world.checkRights()
        // The store's own machine goes on as before.
        try east.push(row(east, "d"))
        #expect(try world.hub.standing(of: east.site, store: east.store)?.siteState == "active")
    }

    @Test("counts as backed up as far as the backup reaches, and never less than before")
    func backedUp() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(row(east, "a"))
        try east.push(row(east, "b"))
        #expect(try world.hub.backedUp(east.site) == nil)
        for (told, known) in [(Int64(1), Int64(1)), (2, 2), (1, 2), (99, 2)] {
            let reach = HubBackup.Reach(site: east.site, number: ChangesetNumber(told))
            try world.hub.noteBackup([reach], nowMilliseconds: world.now)
            #expect(try world.hub.backedUp(east.site) == ChangesetNumber(known))
        }
    }
}
