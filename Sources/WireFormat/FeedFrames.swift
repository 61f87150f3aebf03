import ChangeLog
import FoundationEssentials
import SyncSession
import WireMessages

extension WireChunk {
    init(_ chunk: Chunk) {
        self.init()
        scope = WireScope(chunk.scope)
        from = UInt64(chunk.from.number)
        upTo = UInt64(chunk.upTo.number)
        rows = UInt64(chunk.rows)
        entries = Data(chunk.bytes)
        if !chunk.seal.isEmpty { seal = Data(chunk.seal) }
    }

    func chunk() throws(WireError) -> Chunk {
        let fields = FieldReader("chunk")
        let from = try fields.position(self.from, "from")
        let upTo = try fields.position(self.upTo, "up_to")
        guard from <= upTo else { throw fields.error("up_to", "lies before from") }
        // No entry takes less than a byte.
        let rows = try fields.count(self.rows, "rows", in: 0...entries.count)
        guard rows > 0 || entries.isEmpty else { throw fields.error("rows", "is 0, and yet there are entries") }
        return Chunk(
            scope: try readScope(fields),
            from: from,
            upTo: upTo,
            rows: rows,
            bytes: [UInt8](entries),
            seal: try fields.bytes(seal, "seal", in: 0...Limits.sealBytesMax)
        )
    }

    private func readScope(_ fields: FieldReader) throws(WireError) -> FeedScope {
        switch scope {
        case .network: .network
        case .region: .region
        case .store: .store
        case .answers: .answers
        case .unspecified, .UNRECOGNIZED: throw fields.error("scope", "is \(scope.rawValue), which no store reads")
        }
    }
}

extension WireScope {
    fileprivate init(_ scope: FeedScope) {
        switch scope {
        case .network: self = .network
        case .region: self = .region
        case .store: self = .store
        case .answers: self = .answers
        }
    }
}

extension WireCheckpoint {
    init(_ checkpoint: Checkpoint) {
        self.init()
        cursor = WireCursor(checkpoint.cursor)
        included = UInt64(checkpoint.included.number)
        stamp = UInt64(checkpoint.stamp.packed)
        schemaVersion = UInt64(checkpoint.schemaVersion)
        isComplete = checkpoint.isComplete
    }

    func checkpoint() throws(WireError) -> Checkpoint {
        let fields = FieldReader("checkpoint")
        return Checkpoint(
            cursor: Cursor(
                epoch: try fields.epoch(cursor.epoch, "cursor.epoch"),
                position: try fields.position(cursor.position, "cursor.position")
            ),
            included: try fields.changeset(included, "included", from: 0),
            stamp: try fields.stamp(stamp, "stamp"),
            schemaVersion: try fields.schemaVersion(schemaVersion, "schema_version"),
            isComplete: isComplete
        )
    }
}

extension WireCommitted {
    init(cursor: Cursor, safe: Position) {
        self.init()
        self.cursor = WireCursor(cursor)
        safePosition = UInt64(safe.number)
    }

    func committed() throws(WireError) -> StoreMessage {
        let fields = FieldReader("committed")
        return .committed(
            cursor: try cursor.read(fields, "cursor.position"),
            safe: try fields.position(safePosition, "safe_position")
        )
    }
}
