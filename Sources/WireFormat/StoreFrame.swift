import ChangeLog
public import NIOCore
import SwiftProtobuf
public import SyncSession
import WireMessages

extension StoreMessage: FrameMessage {
    public func payload() -> ByteBuffer {
        var frame = WireStoreFrame()
        frame.frame =
            switch self {
            case .hello(let hello): .hello(WireHello(hello))
            case .confirm(let tag): .confirm(.with { $0.tag = tag.raw })
            case .push(let part): .push(WirePushPart(part))
            case .taken(let bytes): .taken(.with { $0.bytes = UInt64(bytes) })
            case .committed(let cursor, let safe): .committed(WireCommitted(cursor: cursor, safe: safe))
            case .askHead(let id): .askHead(.with { $0.id = id })
            case .ping(let ping): .ping(WirePing(ping))
            case .bye(let bye): .bye(WireBye(bye))
            case .offer(let offer): .offer(WireOffer(offer))
            }
        return frame.payload()
    }

    public static func decode(_ payload: ByteBuffer) throws(WireError) -> StoreMessage? {
        let frame = try WireStoreFrame(payload: payload, frame: "store")
        switch frame.frame {
        case .hello(let hello): return .hello(try hello.hello())
        case .confirm(let confirm): return .confirm(SessionTag(confirm.tag))
        case .push(let part): return .push(try part.pushPart())
        case .taken(let taken):
            return .taken(bytes: try FieldReader("taken").count(taken.bytes, "bytes", in: 0...FieldLimits.lengthMax))
        case .committed(let committed): return try committed.committed()
        case .askHead(let ask): return .askHead(id: ask.id)
        case .ping(let ping):
            let sealed = try FieldReader("ping").changeset(ping.sealed, "sealed", from: 0)
            return .ping(Ping(id: ping.id, wallMilliseconds: ping.wallMs, sealed: sealed))
        case .bye(let bye): return .bye(bye.bye)
        case .offer(let offer): return .offer(try offer.offer())
        case nil: return nil
        }
    }
}

extension WirePing {
    fileprivate init(_ ping: Ping) {
        self.init()
        id = ping.id
        wallMs = ping.wallMilliseconds
        sealed = UInt64(ping.sealed.number)
    }
}
