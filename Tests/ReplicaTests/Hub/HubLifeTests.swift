import ChangeLog
import Testing

@testable import Replica

@Suite("Deletes, and what meets them")
struct HubLifeTests {
    @Test("A delete wins over a concurrent update, which is kept as a conflict")
    func deleteWinsOverUpdate() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a"), "text": text("t")]))
        try east.read()
        try west.read()
        try east.push(east.delete("board", ["k": text("a")]))
        try west.push(west.update("board", ["k": text("a"), "text": text("late")]))
        #expect(try world.rows("SELECT * FROM board") == [])
        #expect(
            try world.rows("SELECT \"table\", \"key\", \"column\", kept, kept_by, lost, lost_by FROM linli_conflict")
                == [#"board|["a"]|NULL|NULL|east|{"text":"late"}|west"#]
        )
        let round = try west.read()
        #expect(round.shown(world.plan) == ["board:a gone 2"])
        #expect(round.notes.map(\.kind) == [.conflict])
    }

    @Test("A deleted row stays deleted for an insert that had not seen the delete")
    func insertThatDidNotSeeTheDelete() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a")]))
        try east.push(east.delete("board", ["k": text("a")]))
        try west.push(west.insert("board", ["k": text("a"), "text": text("blind")]))
        #expect(try world.rows("SELECT * FROM board") == [])
        #expect(try west.read().shown(world.plan) == ["board:a gone 2"])
    }

    @Test("An insert that has seen the delete begins a new life, whatever life it names")
    func insertAfterTheDelete() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a"), "n": int(7)]))
        try east.push(east.delete("board", ["k": text("a")]))
        try west.read()
        try west.push(west.insert("board", ["k": text("a"), "text": text("new"), "n": int(1)]))
        #expect(try world.rows("SELECT text, n FROM board") == ["new|1"])
        #expect(try east.read().shown(world.plan) == ["board:a (new,NULL,NULL,NULL,NULL,1,NULL) life 3"])
    }

    @Test("An update never creates a row")
    func updateOfNothing() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.update("board", ["k": text("ghost"), "text": text("boo")]))
        #expect(try world.rows("SELECT * FROM board") == [])
        #expect(try east.read().shown(world.plan) == ["board:ghost gone 0"])
    }

    @Test("Two inserts of one key that had not seen each other merge cell by cell")
    func concurrentInserts() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("board", ["k": text("a"), "text": text("e"), "high": int(9), "n": int(2)]))
        world.now += 1
        try west.push(west.insert("board", ["k": text("a"), "text": text("w"), "high": int(4), "n": int(3)]))
        #expect(try world.rows("SELECT text, high, n FROM board") == ["w|9|5"])
        #expect(try west.read().shown(world.plan) == ["board:a (w,NULL,NULL,9,NULL,5,NULL)"])
    }
}
