import ChangeLog
import Crypto
import Foundation
import NetworkSchema
import Testing

@testable import Replica

/// A hub with two stores of the north and one of the south, for stories. Time stands still unless it is moved.
final class HubWorld {
    let directory: String
    private(set) var hub: HubReplica
    let plan: SchemaPlan
    /// Later than the computer's own clock, which captures at the hub take.
    var now: Int64 = 4_000_000_000_000
    private var epochs: UInt64 = 1
    private var sites: UInt64 = 1
    private(set) var application: Connection

    init(schema: NetworkSchema? = nil) throws {
        let schema = try schema ?? HubCorner.schema()
        plan = SchemaPlan(schema)
        directory = FileManager.default.temporaryDirectory.appending(path: "hub-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try HubReplica.create(
            directory: directory,
            schema: schema,
            network: "corner",
            address: "127.0.0.1:7411",
            site: SiteID(0xb0b),
            nowMilliseconds: now
        )
        hub = try HubReplica(
            directory: directory,
            schema: schema,
            epoch: Epoch(1),
            freshFeedKey: Array(repeating: 0x5e, count: 32),
            nowMilliseconds: now
        )
        application = try Connection(path: "\(directory)/linli.db", pragmas: ReplicaPragmas.hubWriter)
    }

    deinit {
        do {
            try application.close()
            try hub.close()
            try FileManager.default.removeItem(atPath: directory)
        } catch {
            Issue.record(error)
        }
    }

    /// The hub stops and starts again: a new epoch.
    func restart() throws {
        try hub.close()
        epochs += 1
        hub = try HubReplica(
            directory: directory,
            schema: plan.schema,
            epoch: Epoch(epochs),
            nowMilliseconds: now
        )
    }

    /// A copy of the hub's file as it stands now.
    func backUp() throws -> String {
        let path = "\(directory)/\(UUID().uuidString).backup"
        try application.use { sql in try sql.statement("VACUUM INTO ?1").bind(1, path).run() }
        return path
    }

    /// The hub is lost, and comes back as it was in the backup: a new epoch.
    func restore(_ backup: String) throws {
        try application.close()
        try hub.close()
        for file in ["linli.db", "linli.db-wal", "linli.db-shm"]
        where FileManager.default.fileExists(
            atPath: "\(directory)/\(file)"
        ) {
            try FileManager.default.removeItem(atPath: "\(directory)/\(file)")
        }
        try FileManager.default.copyItem(atPath: backup, toPath: "\(directory)/linli.db")
        application = try Connection(path: "\(directory)/linli.db", pragmas: ReplicaPragmas.creation)
        try application.use { sql in
            try sql.execute("INSERT INTO linli_setting(name, value) VALUES ('restored', \(now))")
        }
        epochs += 1
        hub = try HubReplica(
            directory: directory,
            schema: plan.schema,
            epoch: Epoch(epochs),
            nowMilliseconds: now
        )
    }

    /// A store joins, as a machine of its own.
    func join(_ name: String, region: String = "north") throws -> Author {
        let store = try #require(NodeName(name))
        sites += 1
        let site = SiteID(sites)
        now += 1
        _ = try hub.invite(
            store,
            region: region,
            name: name,
            secretHash: [1],
            expiresAt: now + 1000,
            nowMilliseconds: now
        )
        let joining = try hub.join(store, site: site, nowMilliseconds: now) { $0 == [1] }
        #expect(joining == .joined(region: region))
        return Author(self, store: store, site: site)
    }

    /// An application at the hub writes, through the triggers, and the hub seals.
    func write(_ statements: String...) throws {
        for statement in statements { try application.use { sql in try sql.execute(statement) } }
        try hub.seal(nowMilliseconds: now)
    }

    /// Rows of any query on the hub's file, values joined by `|`.
    func rows(_ query: String) throws -> [String] {
        try application.read { sql in
            let statement = try sql.statement(query)
            var rows: [String] = []
            while try statement.step() {
                let values = (0..<statement.columnCount).map { statement.value($0).shown }
                rows.append(values.joined(separator: "|"))
            }
            return rows
        }
    }

    /// The rights of all holders, and what the column says; the law is checked on the way.
    func checkRights() throws {
        for table in plan.tables where !table.escrow.isEmpty {
            for cell in table.escrow {
                let column = table.column(ofCell: cell).name
                let floor = table.escrowTerms(ofCell: cell)?.floor ?? 0
                let name = table.table.name
                let sums = try rows(
                    """
                    SELECT json_array(\(table.key.joined(separator: ", "))), "\(column)" - \(floor),
                      coalesce((SELECT sum(units) FROM linli_rights r WHERE r."table" = '\(name)'
                        AND r."column" = '\(column)'
                        AND r."key" = json_array(\(table.key.map { "t.\($0)" }.joined(separator: ", ")))), 0)
                    FROM \(name) t
                    """
                )
                for sum in sums {
                    let parts = sum.split(separator: "|")
                    #expect(parts[1] == parts[2], "rights of \(name).\(column) \(sum)")
                }
            }
        }
        #expect(try rows("SELECT * FROM linli_rights WHERE units < 0") == [])
    }
}

extension Value {
    var shown: String {
        switch self {
        case .null: "NULL"
        case .integer(let number): String(number)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): "x\(bytes.count)"
        }
    }
}

extension IncomingChangeset {
    /// Chains a body to a change log.
    init(
        _ segments: [[UInt8]],
        operations: Int,
        site: SiteID,
        number: Int64,
        previous: ChangesetHash,
        base: Cursor,
        schemaVersion: Int = 1,
        stampMax: Stamp
    ) throws {
        var hash = SHA256()
        for segment in segments { hash.update(data: segment) }
        let header = ChangesetHeader(
            site: site,
            number: ChangesetNumber(number),
            previous: previous,
            base: base,
            schemaVersion: schemaVersion,
            stampMax: stampMax,
            segments: segments.count,
            operations: operations,
            bytes: segments.reduce(0) { $0 + $1.count },
            bodyHash: try #require(ChangesetHash(hash.finalize()))
        )
        self.init(header: header, body: .segments(segments))
    }
}
