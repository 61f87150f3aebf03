import ChangeLog
import NetworkSchema
import Rehearsal
import Replica
import SyncSession
import Testing
import Transport
import Trust

extension ProcessTests {
    @Suite("Opening day")
    struct OpeningDayStory {
        private static let (stores, prices) = (200, 5_000)

        @Test("Two hundred stores get one price list of five thousand lines, each at one checkpoint")
        func manyStores() async throws {
            try await World.run(stores: []) { world in
                try world.network.daemon("hub").stop()
                let directory = world.network.data("hub")
                let schema = try HubReplica.storedSchema(directory: directory)
                let table = try #require(SchemaPlan(schema).table(named: "price")).number
                let credentials = try Self.register(directory)
                try await world.start("hub")

                let notes = ListeningStore.Notes(table: table)
                let hub = try Endpoint(parsing: "127.0.0.1:\(world.network.hubPort)")
                var connections: [Transport.Connection] = []
                for (store, site, credentials) in credentials {
                    connections.append(
                        try await ListeningStore.connect(
                            store,
                            site: site,
                            as: credentials,
                            to: hub,
                            schemaVersion: schema.version,
                            notes
                        )
                    )
                }
                let client = try await world.client("hub")
                let products = (0..<Self.prices).map { "{\"sku\":\"p\($0)\",\"name\":\"p\($0)\"}" }
                try await client.done("set-products", "{\"products\":[\(products.joined(separator: ","))]}")
                // All have come in, and have the goods; what comes now is the list alone.
                try await world.eventually("all stores have the goods", seconds: 60) {
                    try #require(notes.fault == nil)
                    return notes.stores(havingInAll: Self.prices) == Self.stores
                }
                let began = ContinuousClock.now
                let lines = (0..<Self.prices).map { "{\"sku\":\"p\($0)\",\"amount\":\(100 + $0)}" }
                try await client.done(
                    "set-prices",
                    "{\"list\":\"opening\",\"valid_from\":1,\"prices\":[\(lines.joined(separator: ","))]}"
                )
                try await world.eventually("all stores have the list", seconds: 60) {
                    try #require(notes.fault == nil)
                    return notes.stores(having: Self.prices) == Self.stores
                }
                print("opening day: \(Self.stores) stores in \(ContinuousClock.now - began)")
                for (store, _, _) in credentials { #expect(notes.rows(of: store) == [Self.prices], "\(store)") }
                for connection in connections { connection.close() }
            }
        }

        /// Registers the stores and makes their certificates, as so many joins would. The hub's daemon does not run.
        private static func register(_ directory: String) throws -> [(NodeName, SiteID, NodeCredentials)] {
            let authority = try KeyFiles(dataDirectory: directory).authority()
            let schema = try HubReplica.storedSchema(directory: directory)
            let now = Moment.now.wallMilliseconds
            let hub = try HubReplica(directory: directory, schema: schema, epoch: Epoch(7), nowMilliseconds: now)
            var made: [(NodeName, SiteID, NodeCredentials)] = []
            for number in 1...stores {
                let store = try #require(NodeName("store-\(number)"))
                let site = SiteID(UInt64(number))
                _ = try hub.invite(
                    store,
                    region: "town",
                    name: "",
                    secretHash: [1],
                    expiresAt: .max,
                    nowMilliseconds: now
                )
                _ = try hub.join(store, site: site, nowMilliseconds: now) { _ in true }
                let identity = PeerIdentity(network: authority.network, node: store)
                let key = NodeKey()
                let certificate = try authority.issue(
                    identity,
                    for: SigningRequest(der: key.signingRequest(as: identity)),
                    validity: Validity(lifetimeMilliseconds: Validity.storeMilliseconds, from: now)
                )
                made.append(
                    (
                        store, site,
                        try NodeCredentials(key: key, certificate: certificate, authority: authority.certificate)
                    )
                )
            }
            try hub.close()
            return made
        }
    }
}
