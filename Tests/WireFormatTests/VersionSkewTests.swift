import ChangeLog
import NIOCore
import SwiftProtobuf
import SyncSession
import Testing
import WireFormat
import WireMessages

/// Bytes of protobuf that this program's `linli.proto` does not know.
private enum Unknown {
    /// Fields 1001 to 1004 of every wire type in use.
    static let fields: [UInt8] =
        tag(1001, 0) + [0xff, 0xff, 0x01] + tag(1002, 1) + [1, 2, 3, 4, 5, 6, 7, 8] + tag(1003, 2) + [3, 9, 9, 9]
        + tag(1004, 5) + [1, 2, 3, 4]

    static func tag(_ field: Int, _ wireType: Int) -> [UInt8] { varint(field << 3 | wireType) }

    static func varint(_ number: Int) -> [UInt8] {
        var (rest, bytes) = (number, [UInt8]())
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// What a later version would send: the same message with more fields, in a frame with more fields. Our frames are
    /// one field: its tag (one byte), its length, its body.
    static func later(_ payload: ByteBuffer) -> ByteBuffer {
        let bytes = Array(payload.readableBytesView)
        let lengthBytes = (bytes.dropFirst().firstIndex { $0 < 0x80 } ?? 1)
        let body = bytes[(lengthBytes + 1)...] + fields
        return ByteBuffer(bytes: fields + [bytes[0]] + varint(body.count) + body + fields)
    }

    /// A frame of a kind that this program does not know.
    static func frame(_ field: Int) -> ByteBuffer { ByteBuffer(bytes: tag(field, 2) + varint(fields.count) + fields) }
}

@Suite("Older and newer peers")
struct VersionSkewTests {
    @Test("fields of a later version are skipped, wherever they stand", arguments: UInt64(1)...20)
    func unknownFields(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        for message in luck.storeMessages() {
            #expect(try StoreMessage.decode(Unknown.later(message.payload())) == message)
        }
        for message in luck.hubMessages() {
            #expect(try HubMessage.decode(Unknown.later(message.payload())) == message)
        }
        for message in luck.joinReplies() {
            #expect(try JoinReply.decode(Unknown.later(message.payload())) == message)
        }
        let request = luck.joinRequest()
        #expect(try JoinRequest.decode(Unknown.later(request.payload())) == request)
    }

    @Test("a frame of an unknown kind is no message, and no error", arguments: [12, 15, 16, 99, 5000])
    func unknownFrames(field: Int) throws {
        let payload = Unknown.frame(field)
        #expect(try StoreMessage.decode(payload) == nil)
        #expect(try HubMessage.decode(payload) == nil)
        #expect(try JoinRequest.decode(payload) == nil)
        #expect(try JoinReply.decode(payload) == nil)
    }

    @Test("a peer that knows less than we send still reads what it knows")
    func olderPeer() throws {
        // A pong's fields are a ping's and one more: to a decoder of `Ping`, a pong is a ping of a later version.
        let pong = HubMessage.pong(Pong(id: 5, pingWallMilliseconds: -3, wallMilliseconds: 8))
        let frame = try WireHubFrame(serializedBytes: Array(pong.payload().readableBytesView))
        let older = try WirePing(serializedBytes: frame.pong.serializedBytes() as [UInt8])
        #expect(older.id == 5)
        #expect(older.wallMs == -3)
    }

    @Test("a hello of later versions only is told so, whatever else it says")
    func noCommonVersion() throws {
        var frame = WireStoreFrame()
        frame.hello.versions.lowest = 7
        frame.hello.versions.highest = 9
        let payload = ByteBuffer(bytes: try frame.serializedBytes() as [UInt8])
        let error = #expect(throws: WireError.self) { try StoreMessage.decode(payload) }
        #expect(error == .noCommonVersion(theirs: 7...9))
        #expect(error?.bye.code == .version)

        // One whose fields are all as ours is for the session to answer.
        var luck = Luck(seed: 1)
        var hello = luck.hello()
        hello.versions = 7...9
        #expect(try StoreMessage.decode(StoreMessage.hello(hello).payload()) == .hello(hello))
    }

    @Test("a join request of later versions only is told so")
    func noCommonJoinVersion() throws {
        var luck = Luck(seed: 1)
        var request = try WireJoinRequestFrame(
            serializedBytes: Array(luck.joinRequest().payload().readableBytesView)
        )
        request.request.versions.lowest = 2
        request.request.versions.highest = 2
        let payload = ByteBuffer(bytes: try request.serializedBytes() as [UInt8])
        #expect(throws: WireError.noCommonVersion(theirs: 2...2)) { try JoinRequest.decode(payload) }

        var reply = WireJoinReplyFrame()
        reply.joined.version = 2
        let answer = ByteBuffer(bytes: try reply.serializedBytes() as [UInt8])
        #expect(throws: WireError.noCommonVersion(theirs: 2...2)) { try JoinReply.decode(answer) }
    }
}
