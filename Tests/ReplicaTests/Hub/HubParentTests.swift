import ChangeLog
import Testing

@testable import Replica

@Suite("Children stand, move and end with their parents")
struct HubParentTests {
    private func basket(_ id: String, _ store: String) -> [String: Value] {
        ["id": text(id), "store_id": text(store)]
    }

    private func line(_ id: String, _ basket: String) -> [String: Value] {
        ["id": text(id), "basket_id": text(basket), "quantity": int(1)]
    }

    @Test("A moved parent takes its children along, at one checkpoint, and they leave the old store")
    func moves() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", basket("b", "east")), east.insert("basket_line", line("l", "b")))
        try east.read()
        try west.read()
        try world.write("UPDATE basket SET store_id = 'west'")
        #expect(try east.read().shown(world.plan) == ["basket:b evicted", "basket_line:l evicted"])
        #expect(try west.read().shown(world.plan) == ["basket:b (west,NULL)", "basket_line:l (b,1)"])
        try world.write("UPDATE basket SET store_id = 'east'")
        #expect(try east.read().shown(world.plan) == ["basket:b (east,NULL)", "basket_line:l (b,1)"])
        #expect(try west.read().shown(world.plan) == ["basket:b evicted", "basket_line:l evicted"])
    }

    @Test("Deleting a parent deletes its children, also those that come later")
    func deletes() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", basket("b", "east")), east.insert("basket_line", line("l", "b")))
        try east.read()
        try world.write("DELETE FROM basket")
        #expect(try world.rows("SELECT * FROM basket_line") == [])
        try east.push(east.insert("basket_line", line("late", "b")))
        #expect(try world.rows("SELECT * FROM basket_line") == [])
        #expect(try world.rows("SELECT lost FROM linli_conflict") == [#"{"basket_id":"b","quantity":1}"#])
        #expect(
            try east.read().shown(world.plan) == ["basket:b gone 2", "basket_line:l gone 2", "basket_line:late gone 2"]
        )
        _ = west
    }

    @Test("A child that was written under the parent's former life ends, though the parent is back")
    func formerLife() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("basket", basket("b", "east")))
        try east.read()
        try world.write("DELETE FROM basket", "INSERT INTO basket(id, store_id) VALUES ('b', 'east')")
        try east.push(east.insert("basket_line", line("late", "b")))
        #expect(try world.rows("SELECT * FROM basket_line") == [])
        try east.read()
        try east.push(east.insert("basket_line", line("new", "b")))
        #expect(try world.rows("SELECT id FROM basket_line") == ["new"])
    }

    @Test("Who deletes and inserts a parent in one changeset may give it children there")
    func ownNewLife() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("basket", basket("b", "east")))
        try east.push(
            east.delete("basket", basket("b", "east")),
            east.insert("basket", basket("b", "east"), life: 3),
            east.insert("basket_line", line("l", "b"))
        )
        #expect(try world.rows("SELECT id FROM basket_line") == ["l"])
    }

    @Test("A child whose parent is absent stays with its writer until the parent comes")
    func orphans() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket_line", line("l", "b")))
        #expect(try east.read().shown(world.plan) == ["basket_line:l (b,1)"])
        #expect(try west.read().shown(world.plan) == [])
        try east.push(east.update("basket_line", ["id": text("l"), "quantity": int(1)]))
        try world.write("INSERT INTO basket(id, store_id) VALUES ('b', 'west')")
        #expect(try west.read().shown(world.plan) == ["basket:b (west,NULL)", "basket_line:l (b,2)"])
        #expect(try east.read().shown(world.plan) == ["basket_line:l evicted"])
        #expect(try world.rows("SELECT * FROM linli_orphan") == [])
    }

    @Test("A child of a parent that a copy alone still saw goes with it, although its tombstone is gone")
    func forgottenParent() throws {
        let world = try HubWorld()
        let east = try world.join("east")
        try east.push(east.insert("basket", basket("b", "east")))
        try east.read()
        let image = east.cursor
        try world.write("DELETE FROM basket")
        try east.read()
        world.hub.noteCommitted(east.cursor, safe: east.cursor.position, site: east.site)
        try world.hub.collectGarbage(nowMilliseconds: world.now)
        #expect(try world.rows("SELECT * FROM linli_row_basket") == [])
        try world.restart()
        let copy = try world.join("east")
        copy.cursor = image
        try copy.push(copy.insert("basket_line", line("l", "b")))
        #expect(try world.rows("SELECT id FROM basket_line") == [])
        #expect(try world.rows("SELECT \"table\", lost_by FROM linli_conflict") == ["basket_line|east"])
        // Whoever has seen everything since may well be ahead of the parent.
        try copy.read()
        try copy.push(copy.insert("basket_line", line("m", "c")))
        #expect(try world.rows("SELECT id FROM basket_line") == ["m"])
    }

    @Test("A child that changes its parent goes where the new one is")
    func changedParent() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(
            east.insert("basket", basket("b", "east")),
            east.insert("basket_line", line("l", "b"))
        )
        try world.write("INSERT INTO basket(id, store_id) VALUES ('c', 'west')")
        try east.read()
        try west.read()
        try world.write("UPDATE basket_line SET basket_id = 'c'")
        #expect(try east.read().shown(world.plan) == ["basket_line:l evicted"])
        #expect(try west.read().shown(world.plan) == ["basket_line:l (c,1)"])
    }

    @Test("A child that a parent which has left is given in time goes after it")
    func insertedAfterTheMove() throws {
        let world = try HubWorld()
        let (east, west) = (try world.join("east"), try world.join("west"))
        try east.push(east.insert("basket", basket("b", "east")))
        try east.read()
        try west.read()
        try world.write("UPDATE basket SET store_id = 'west'")
        try east.push(east.insert("basket_line", line("l", "b")))
        #expect(try world.rows("SELECT id FROM basket_line") == ["l"])
        #expect(try west.read().shown(world.plan) == ["basket:b (west,NULL)", "basket_line:l (b,1)"])
        #expect(try east.read().shown(world.plan) == ["basket:b evicted", "basket_line:l evicted"])
        try east.push(east.insert("basket_line", line("m", "b")))
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == ["not yours"])
    }
}
