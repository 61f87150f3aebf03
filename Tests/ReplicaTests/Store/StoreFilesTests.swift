import ChangeLog
import Glibc
import NetworkSchema
import Testing

@testable import Replica

@Suite("A store's files")
struct StoreFilesTests {
    private func joined() throws -> JoinedStore {
        JoinedStore(
            network: "corner",
            region: "east",
            store: StoreShop.name,
            site: StoreShop.site,
            address: "hub.example:7411",
            plan: SchemaPlan(try NetworkSchema(yaml: StoreShop.schema))
        )
    }

    @Test("A replica is ready for its application before the daemon's first start")
    func beforeTheDaemon() throws {
        let directory = try StoreShop.temporaryDirectory()
        defer { StoreShop.remove(directory) }
        try StoreReplica.create(directory: directory, joined(), nowMilliseconds: StoreShop.morning)
        let till = try Connection(path: StoreReplica.replicaPath(directory), pragmas: [])
        try till.use { sql in try sql.execute("INSERT INTO item(id, store_id) VALUES ('a', 'nanjing-1')") }
        let figures = try StoreReplica.figures(directory: directory)
        #expect(figures.outbox == 1 && figures.cursor == .start && figures.schemaName == "shop")
        let replica = try StoreReplica(directory: directory)
        #expect(try replica.seal(wallMilliseconds: StoreShop.morning)?.operations == 1)
        #expect(replica.name == StoreShop.name && replica.region == "east" && replica.site == StoreShop.site)
    }

    @Test("A second replica in one directory is refused, and the first is as it was")
    func twice() throws {
        let shop = try StoreShop()
        try shop.sell("INSERT INTO item(id, store_id) VALUES ('a', 'nanjing-1')")
        #expect(throws: ReplicaError.exists(file: StoreReplica.replicaPath(shop.directory))) {
            try StoreReplica.create(directory: shop.directory, joined(), nowMilliseconds: 0)
        }
        #expect(try shop.seal()?.number == ChangesetNumber(1))
    }

    @Test("A join that was cut is begun again")
    func cut() throws {
        let directory = try StoreShop.temporaryDirectory()
        defer { StoreShop.remove(directory) }
        try StoreReplica.create(directory: directory, joined(), nowMilliseconds: 0)
        rename("\(directory)/linli.db", "\(directory)/linli.db.new")
        #expect(throws: ReplicaError.notANode(directory: directory)) { try StoreReplica(directory: directory) }
        try StoreReplica.create(directory: directory, joined(), nowMilliseconds: 0)
        _ = try StoreReplica(directory: directory)
    }

    @Test("What is no replica, a later program's, or a hub's, is refused with its reason")
    func refused() throws {
        #expect(throws: ReplicaError.notANode(directory: "/nowhere")) { try StoreReplica(directory: "/nowhere") }
        let shop = try StoreShop()
        try shop.replica.close()
        let path = StoreReplica.replicaPath(shop.directory)
        try shop.till.use { sql in try sql.execute("PRAGMA user_version = 99") }
        #expect(throws: ReplicaError.newer(file: path, format: 99)) { try StoreReplica(directory: shop.directory) }
        try shop.till.use { sql in
            try sql.execute("PRAGMA user_version = 1; UPDATE linli_setting SET value = 'hub' WHERE name = 'role'")
        }
        #expect(throws: ReplicaError.wrongRole(file: path, is: "hub", wanted: "store")) {
            try StoreReplica(directory: shop.directory)
        }
    }

    @Test("A change log that is missing, or older or newer than the replica, is refused")
    func notOfOneTime() throws {
        let shop = try StoreShop()
        try shop.join([shop.item("a", at: 2)])
        try shop.sell("UPDATE item SET n = 1")
        try shop.seal()
        let before = try StoreImage.take(of: shop.directory)
        try shop.sell("UPDATE item SET n = 2")
        try shop.stage([shop.item("a", n: 5, at: 11)], upTo: 12)
        try shop.apply(12)
        let after = try StoreImage.take(of: shop.directory)
        for (replica, log) in [(before, after), (after, before)] {
            let mixed = try StoreImage.take(replica: replica, log: log)
            defer { StoreShop.remove(mixed) }
            #expect(throws: ReplicaError.notOfOneTime(file: "\(mixed)/changes.db")) {
                try StoreReplica(directory: mixed)
            }
        }
        unlink("\(after)/changes.db")
        #expect(throws: ReplicaError.notOfOneTime(file: "\(after)/changes.db")) { try StoreReplica(directory: after) }
        StoreShop.remove(before)
        StoreShop.remove(after)
    }
}
