import ChangeLog
import FoundationEssentials
public import NIOCore
public import SyncSession
import SwiftProtobuf
import WireMessages

extension HubMessage: FrameMessage {
    public func payload() -> ByteBuffer {
        var frame = WireHubFrame()
        frame.frame =
            switch self {
            case .welcome(let welcome): .welcome(WireWelcome(welcome))
            case .schema(let version, let document, let seal):
                .schema(WireSchema(version: version, document: document, seal: seal))
            case .acknowledge(let number): .acknowledge(.with { $0.number = UInt64(number.number) })
            case .holds(let number, let parts): .holds(WireHolds(number: number, parts: parts))
            case .chunk(let chunk): .chunk(WireChunk(chunk))
            case .checkpoint(let checkpoint): .checkpoint(WireCheckpoint(checkpoint))
            case .head(let id, let position): .head(WireHead(id: id, position: position))
            case .pong(let pong): .pong(WirePong(pong))
            case .bye(let bye): .bye(WireBye(bye))
            case .backedUp(let number): .backedUp(.with { $0.number = UInt64(number.number) })
            case .adopted(let rows): .adopted(.with { $0.rows = UInt64(rows) })
            }
        return frame.payload()
    }

    public static func decode(_ payload: ByteBuffer) throws(WireError) -> HubMessage? {
        let frame = try WireHubFrame(payload: payload, frame: "hub")
        switch frame.frame {
        case .welcome(let welcome): return .welcome(try welcome.welcome())
        case .schema(let schema): return try schema.schema()
        case .acknowledge(let acknowledge):
            return .acknowledge(try FieldReader("acknowledge").changeset(acknowledge.number, "number", from: 0))
        case .holds(let holds): return try holds.holds()
        case .chunk(let chunk): return .chunk(try chunk.chunk())
        case .checkpoint(let checkpoint): return .checkpoint(try checkpoint.checkpoint())
        case .head(let head): return .head(id: head.id, try FieldReader("head").position(head.position, "position"))
        case .pong(let pong): return .pong(pong.pong)
        case .bye(let bye): return .bye(bye.bye)
        case .backedUp(let backup):
            return .backedUp(try FieldReader("backedUp").changeset(backup.number, "number", from: 0))
        case .adopted(let adopted):
            return .adopted(rows: try FieldReader("adopted").count(adopted.rows, "rows", in: 0...FieldLimits.lengthMax))
        case nil: return nil
        }
    }
}

extension WireSchema {
    fileprivate init(version: Int, document: [UInt8], seal: [UInt8]) {
        self.init()
        self.version = UInt64(version)
        self.document = Data(document)
        self.seal = Data(seal)
    }

    fileprivate func schema() throws(WireError) -> HubMessage {
        let fields = FieldReader("schema")
        return .schema(
            version: try fields.schemaVersion(version, "version"),
            document: try fields.bytes(document, "document", in: 1...FieldLimits.lengthMax),
            seal: try fields.bytes(seal, "seal", in: 0...Limits.sealBytesMax)
        )
    }
}

extension WireHolds {
    fileprivate init(number: ChangesetNumber, parts: Int) {
        self.init()
        self.number = UInt64(number.number)
        self.parts = UInt64(parts)
    }

    fileprivate func holds() throws(WireError) -> HubMessage {
        let fields = FieldReader("holds")
        return .holds(
            number: try fields.changeset(number, "number", from: 1),
            parts: try fields.count(parts, "parts", in: 0...FieldLimits.ordinalMax)
        )
    }
}

extension WireHead {
    fileprivate init(id: UInt64, position: Position) {
        self.init()
        self.id = id
        self.position = UInt64(position.number)
    }
}

extension WirePong {
    fileprivate init(_ pong: Pong) {
        self.init()
        id = pong.id
        pingWallMs = pong.pingWallMilliseconds
        wallMs = pong.wallMilliseconds
    }

    fileprivate var pong: Pong { Pong(id: id, pingWallMilliseconds: pingWallMs, wallMilliseconds: wallMs) }
}
