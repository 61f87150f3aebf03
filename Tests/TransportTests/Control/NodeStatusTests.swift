import FoundationEssentials
import Testing
import Transport

@Suite("A node's status in JSON")
struct NodeStatusTests {
    @Test("has each field of the contract, with null for what is not known")
    func storeFields() throws {
        var status = NodeStatus(
            role: .store,
            node: "nanjing-3",
            site: "00000000000000ff",
            network: "corner",
            region: "east",
            hub: "hub.example:7411",
            schema: .init(name: "retail", version: 3)
        )
        status.outbox = 2
        status.acknowledged = 7
        status.cursor = 1_000
        #expect(
            try json(status) == """
                {"acknowledged":7,"clock_offset_ms":null,"conflicts":0,"connected":false,"cursor":1000,"exceptions":0,\
                "hub":"hub.example:7411","lag_ms":null,"network":"corner","node":"nanjing-3","outbox":2,\
                "quarantine":0,"region":"east","role":"store","running":false,\
                "schema":{"name":"retail","version":3},"site":"00000000000000ff","trouble":null}
                """
        )
    }

    @Test("at a hub lists the stores")
    func hubFields() throws {
        var status = NodeStatus(
            role: .hub,
            node: "hub",
            site: "0000000000000001",
            network: "corner",
            region: "",
            hub: "h:1",
            schema: .init(name: "retail", version: 3)
        )
        status.stores = [
            StoreStatus(
                store: "nanjing-3",
                region: "",
                state: .offline,
                lastSeenMilliseconds: nil,
                acknowledged: 0,
                cursor: 0,
                lag: 9,
                quarantine: 0
            )
        ]
        #expect(
            try json(status).contains(
                """
                "stores":[{"acknowledged":0,"cursor":0,"lag":9,"last_seen":null,"quarantine":0,"region":"",\
                "state":"offline","store":"nanjing-3"}]
                """
            )
        )
    }

    @Test("names the disks that a store had before, and what the hub knows that it never received of them")
    func formerSites() throws {
        var store = StoreStatus(
            store: "nanjing-3",
            region: "",
            state: .online,
            lastSeenMilliseconds: 7,
            acknowledged: 1,
            cursor: 9,
            lag: 0,
            quarantine: 0
        )
        store.formerSites = [
            FormerSite(site: "0000000000000002", acknowledged: 4, sealed: 4),
            FormerSite(site: "0000000000000003", acknowledged: 4, sealed: 6),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(store), as: UTF8.self)
        #expect(
            text.contains(
                """
                "former_sites":[{"acknowledged":4,"missing_from":null,"missing_through":null,"sealed":4,\
                "site":"0000000000000002"},{"acknowledged":4,"missing_from":5,"missing_through":6,"sealed":6,\
                "site":"0000000000000003"}]
                """
            )
        )
        #expect(try JSONDecoder().decode(StoreStatus.self, from: Data(text.utf8)) == store)
    }

    @Test("comes back as it was, without the fields of a later version")
    func roundTrip() throws {
        var status = NodeStatus(
            role: .hub,
            node: "hub",
            site: "0000000000000001",
            network: "corner",
            region: "",
            hub: "h:1",
            schema: .init(name: "retail", version: 3)
        )
        status.lagMilliseconds = 4
        status.trouble = "disk full; free some space"
        status.stores = []
        let later = Array(try json(status).utf8.dropLast()) + Array(#","mood":"good"}"#.utf8)
        #expect(try JSONDecoder().decode(NodeStatus.self, from: Data(later)) == status)
    }

    private func json(_ status: NodeStatus) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(status), as: UTF8.self)
    }
}
