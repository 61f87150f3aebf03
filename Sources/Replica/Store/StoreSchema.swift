import ChangeLog
import NetworkSchema

/// Taking over a later version of the schema.
extension StoreReplica {
    /// Brings the replica to the next schema version, in one transaction. What was captured before belongs to the
    /// version before, and is sealed under it. The round in progress goes on.
    ///
    /// Tables and columns of `later` may stand in any order: what the present version has keeps its numbers.
    public func adoptSchema(_ later: SchemaPlan, wallMilliseconds: Int64) throws(ReplicaError) {
        try guarded { () throws(ReplicaError) in
            guard later.schema.version > plan.schema.version else { return }
            let next = SchemaPlan(later.schema.ordered(like: plan.schema))
            if try client.use({ [state] sql in try StoreCaptures(sql).hasAny(after: state.sealedThrough) }) {
                _ = try sealCaptured(wallMilliseconds: wallMilliseconds)
            }
            let role = NodeRole.store(name, region: region)
            var seal = LockedSeal(of: self)
            let carried = try writer.write { sql in
                try seal.fold(sql, of: self)
                let carried = seal.finish(wallMilliseconds: wallMilliseconds)
                try ReplicaSchema.reinstall(sql, from: plan, to: next, role: role, nowMilliseconds: wallMilliseconds)
                let record = AppliedTable.Record(
                    times: state.applied,
                    sealed: carried?.header.number ?? state.last,
                    carried: carried
                )
                try AppliedTable(sql).write(record)
                return carried
            }
            try step(.schemaCommitted)
            try replicaSync.sync(through: writer)
            try log.write { sql in try take(seal, carried, into: sql) }
            didTake(seal, carried)
            try didAdopt(next)
        }
    }

    /// The file is of this version.
    func didAdopt(_ next: SchemaPlan) throws(ReplicaError) {
        plan = next
        for connection in [client, writer] { try connection.use { sql in sql.forgetStatements() } }
        try prepareRounds()
    }
}
