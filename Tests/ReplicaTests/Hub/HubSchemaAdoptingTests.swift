import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("A restored hub takes the schema versions that it lost from the stores that have them")
struct HubSchemaAdoptingTests {
    private static func schema(_ version: Int, adding columns: String = "") throws -> NetworkSchema {
        try NetworkSchema(
            yaml: """
                schema: notes
                version: \(version)
                currency: CNY
                tables:
                  note:
                    scope: network
                    writer: any
                    key: [id]
                    columns:
                      id:   {type: id}
                      text: {type: text}
                \(columns)
                """
        )
    }

    private let second = "      more: {type: text}"
    private let third = "      more: {type: text}\n      most: {type: integer}"

    /// As a store gives back a version under the seal that came with it.
    private func offer(_ schema: NetworkSchema, seal: [UInt8]? = nil, of author: Author) throws -> OfferedChunk {
        let hub = author.world.hub
        let document = Array(schema.document.utf8)
        return OfferedChunk(
            site: author.site,
            epoch: .none,
            bytes: SealedSchema(version: schema.version, document: document).chunk,
            seal: seal ?? hub.seal(schema: schema.version, document),
            isAfterOutbox: false
        )
    }

    private func adopt(_ offer: OfferedChunk, _ world: HubWorld) throws {
        #expect(try world.hub.adopt(offer, nowMilliseconds: world.now) == 0)
    }

    @Test("in their order, each once, and with them the rows that were written under them")
    func inOrder() throws {
        let world = try HubWorld(schema: Self.schema(1))
        let east = try world.join("east")
        let backup = try world.backUp()
        let later = try [Self.schema(2, adding: second), Self.schema(3, adding: third)]
        for version in later { try world.hub.applySchema(version, nowMilliseconds: world.now) }
        try world.write("INSERT INTO note(id, text, more, most) VALUES ('n', 'a', 'b', 3)")
        let round = try east.read()
        try world.restore(backup)
        #expect(world.hub.schemaVersion == 1)
        // A store that keeps the third alone cannot help: numbers of columns come from all of them.
        try adopt(offer(later[1], of: east), world)
        #expect(world.hub.schemaVersion == 1)
        for version in later + later { try adopt(offer(version, of: east), world) }
        #expect(world.hub.schemaVersion == 3)
        for chunk in round.chunks where chunk.rows > 0 {
            let chunk = OfferedChunk(
                site: east.site,
                epoch: Epoch(1),
                bytes: chunk.bytes,
                seal: chunk.seal,
                isAfterOutbox: false
            )
            #expect(try world.hub.adopt(chunk, nowMilliseconds: world.now) == 1)
        }
        #expect(try world.rows("SELECT id, text, more, most FROM note") == ["n|a|b|3"])
        #expect(try world.rows("SELECT reason FROM linli_quarantine") == [])
    }

    @Test("and none that it did not make: a version without its seal is named and left out")
    func forged() throws {
        let world = try HubWorld(schema: Self.schema(1))
        let east = try world.join("east")
        let made = try Self.schema(2, adding: second)
        let own = try Self.schema(1)
        for seal in [Array(repeating: UInt8(7), count: 16), [], world.hub.seal(schema: 1, Array(own.document.utf8))] {
            try adopt(offer(made, seal: seal, of: east), world)
        }
        #expect(world.hub.schemaVersion == 1)
        #expect(
            try world.rows("SELECT store, reason FROM linli_quarantine") == ["east|offered as the hub's: not its seal"]
        )
    }

    @Test("and a version whose number is another one's by now is refused, with the cure")
    func other() throws {
        let world = try HubWorld(schema: Self.schema(1))
        let east = try world.join("east")
        let lost = try offer(Self.schema(2, adding: second), of: east)
        let next = try offer(Self.schema(3, adding: third), of: east)
        try world.hub.applySchema(
            Self.schema(2, adding: "      other: {type: boolean}"),
            nowMilliseconds: world.now
        )
        for offer in [lost, next] {
            #expect(throws: ReplicaError.self) { try adopt(offer, world) }
        }
        #expect(throws: ReplicaError.otherSchema(version: 2)) { try adopt(lost, world) }
        #expect(world.hub.schemaVersion == 2)
        // Its own, again, is no news.
        try adopt(offer(Self.schema(1), of: east), world)
    }

    @Test("A store that has a later version is asked for it, whatever its cursor says")
    func asked() throws {
        let world = try HubWorld(schema: Self.schema(1))
        let east = try world.join("east")
        func opening(_ version: Int) throws -> SessionOpening? {
            var facts = east.facts(tag: nil)
            facts.schemaVersion = version
            let answer = try world.hub.openSession(facts, isPresentSiteOnline: false, nowMilliseconds: world.now)
            guard case .opened(let opening) = answer else { return nil }
            return opening
        }
        #expect(try opening(1)?.offersAfter == nil)
        let asked = try #require(try opening(2))
        #expect(asked.offersAfter != nil && !asked.resumes)
    }
}
