import NetworkSchema
import Replica
import SyncSession
public import Transport

/// `linli hub schema apply`: the next version of the network's schema.
public struct HubSchema: Sendable {
    let directory: String

    public init(directory: String) { self.directory = directory }

    /// With no daemon running. The caller holds the directory's lock.
    public func applyAtRest(_ document: String) throws -> SchemaApplied {
        let replica = try HubFounding.open(directory: directory)
        let applied = try Self.apply(document, to: replica)
        try replica.close()
        return applied
    }

    /// - Throws: `ControlRefusal` for a document with a mistake, and for a version that does more than add.
    static func apply(_ document: String, to replica: HubReplica) throws -> SchemaApplied {
        do {
            let next = try NetworkSchema(yaml: document)
            try replica.applySchema(next, nowMilliseconds: Moment.now.wallMilliseconds)
            return SchemaApplied(name: next.name, version: next.version)
        } catch let mistake as SchemaError {
            throw ControlRefusal(.badInput, "\(mistake)")
        }
    }
}
