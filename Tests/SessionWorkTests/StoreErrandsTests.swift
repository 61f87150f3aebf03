import ChangeLog
import Foundation
import NetworkSchema
import Replica
import SyncSession
import Testing

@testable import SessionWork

@Suite("The errands of one session at a store")
struct StoreErrandsTests {
    private static let now = Moment(monotonicMilliseconds: 0, wallMilliseconds: 1_767_225_600_000)

    /// A store that has joined, with a daemon's replica.
    private func withStore(_ body: (StoreReplica) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.path + "/linli-errands-\(UUID())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: directory) } }
        let schema = """
            schema: corner
            version: 1
            currency: CNY
            tables:
              note:
                scope: network
                writer: any
                key: [id]
                columns:
                  id:   {type: id}
                  text: {type: text}
            """
        let joined = JoinedStore(
            network: "corner",
            region: "east",
            store: try #require(NodeName("nanjing-1")),
            site: SiteID(0x51),
            address: "hub.example:7411",
            plan: SchemaPlan(try NetworkSchema(yaml: schema))
        )
        try StoreReplica.create(directory: directory, joined, nowMilliseconds: Self.now.wallMilliseconds)
        let replica = try StoreReplica(directory: directory)
        try body(replica)
        try replica.close()
    }

    private static let damaged = StoreErrand.adoptSchema(version: 2, document: Array("tables: [".utf8), seal: [])

    @Test("answer one after another while none fails")
    func inOrder() throws {
        try withStore { replica in
            let errands = StoreErrands()
            guard case .tagStored = try errands.run(.storeTag(SessionTag(7)), on: replica, at: Self.now)
            else { return #expect(Bool(false), "no answer") }
            #expect(try replica.hello().tag == 7)
            #expect(!errands.areOver)
        }
    }

    @Test("are over once one has failed: what stands behind it in the queue is not done")
    func failed() throws {
        try withStore { replica in
            let errands = StoreErrands()
            #expect(throws: (any Error).self) {
                try errands.run(Self.damaged, on: replica, at: Self.now)
            }
            #expect(errands.areOver)
            let answer = try errands.run(.storeTag(SessionTag(7)), on: replica, at: Self.now)
            if answer != nil { Issue.record("\(String(describing: answer))") }
            #expect(try replica.hello().tag == nil, "it was done all the same")
        }
    }

    @Test("of the next session begin anew")
    func nextSession() throws {
        try withStore { replica in
            let errands = StoreErrands()
            #expect(throws: (any Error).self) {
                try errands.run(Self.damaged, on: replica, at: Self.now)
            }
            _ = try StoreErrands().run(.storeTag(SessionTag(8)), on: replica, at: Self.now)
            #expect(try replica.hello().tag == 8)
        }
    }
}
