import ChangeLog
import FoundationEssentials
import SyncSession
import WireMessages

extension WirePushPart {
    init(_ part: PushPart) {
        self.init()
        number = UInt64(part.number.number)
        self.part = UInt64(part.part)
        if let header = part.header { self.header = WireHeader(header) }
        segment = Data(part.bytes)
        if let signature = part.signature { self.signature = Data(signature.bytes) }
    }

    func pushPart() throws(WireError) -> PushPart {
        let fields = FieldReader("push")
        let number = try fields.changeset(self.number, "number", from: 1)
        let part = try fields.count(self.part, "part", in: 0...FieldLimits.ordinalMax)
        let signature = try fields.signature(self.signature, "signature")
        guard hasHeader else {
            guard !segment.isEmpty else { throw fields.error("segment", "is empty, without a header that says so") }
            return PushPart(number: number, part: part, header: nil, bytes: [UInt8](segment), signature: signature)
        }
        let header = try self.header.read(fields)
        guard header.number == number else { throw fields.error("header.number", "is not that of the part") }
        guard part < max(header.segments, 1) else { throw fields.error("part", "is past the last of the changeset") }
        guard segment.isEmpty == (header.segments == 0), segment.count <= header.bytes else {
            throw fields.error("segment", "does not fit its changeset's header")
        }
        return PushPart(number: number, part: part, header: header, bytes: [UInt8](segment), signature: signature)
    }
}

extension WireHeader {
    init(_ header: ChangesetHeader) {
        self.init()
        site = header.site.raw
        number = UInt64(header.number.number)
        if header.previous != .none { previous = Data(header.previous.bytes) }
        if header.base != .start { base = WireCursor(header.base) }
        schemaVersion = UInt64(header.schemaVersion)
        stampMax = UInt64(header.stampMax.packed)
        segments = UInt64(header.segments)
        operations = UInt64(header.operations)
        bytes = UInt64(header.bytes)
        bodyHash = Data(header.bodyHash.bytes)
    }

    fileprivate func read(_ fields: FieldReader) throws(WireError) -> ChangesetHeader {
        let segments = try fields.count(self.segments, "header.segments", in: 0...FieldLimits.ordinalMax)
        let bytes = try fields.count(self.bytes, "header.bytes", in: segments...Int.max)
        // No segment is empty, and no operation takes less than a byte.
        let operations = try fields.count(self.operations, "header.operations", in: segments...max(bytes, segments))
        guard segments > 0 || bytes == 0 else { throw fields.error("header.bytes", "are in no segment") }
        return ChangesetHeader(
            site: try fields.site(site),
            number: try fields.changeset(number, "header.number", from: 1),
            previous: try fields.hash(previous, "header.previous"),
            base: try base.read(fields, "header.base.position"),
            schemaVersion: try fields.schemaVersion(schemaVersion, "header.schema_version"),
            stampMax: try fields.stamp(stampMax, "header.stamp_max"),
            segments: segments,
            operations: operations,
            bytes: bytes,
            bodyHash: try fields.hash(bodyHash, "header.body_hash")
        )
    }
}
