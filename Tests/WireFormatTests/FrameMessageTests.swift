import ChangeLog
import NIOCore
import SwiftProtobuf
import SyncSession
import Testing
import WireFormat
import WireMessages

@Suite("Messages as frames")
struct FrameMessageTests {
    @Test("every message is read back as it was", arguments: UInt64(1)...100)
    func roundtrip(seed: UInt64) throws {
        var luck = Luck(seed: seed)
        for message in luck.storeMessages() { #expect(try StoreMessage.decode(message.payload()) == message) }
        for message in luck.hubMessages() { #expect(try HubMessage.decode(message.payload()) == message) }
        for message in luck.joinReplies() { #expect(try JoinReply.decode(message.payload()) == message) }
        let request = luck.joinRequest()
        #expect(try JoinRequest.decode(request.payload()) == request)
    }

    @Test("a message of one kind is not one of another direction's kinds by accident of an empty payload")
    func emptyPayloads() throws {
        #expect(try StoreMessage.decode(ByteBuffer()) == nil)
        #expect(try HubMessage.decode(ByteBuffer()) == nil)
        #expect(try JoinRequest.decode(ByteBuffer()) == nil)
        #expect(try JoinReply.decode(ByteBuffer()) == nil)
    }

    @Test("a payload is decoded from where it lies in a greater buffer")
    func slices() throws {
        let message = StoreMessage.ping(Ping(id: 7, wallMilliseconds: -9))
        var buffer = ByteBuffer(bytes: [1, 2, 3])
        buffer.writeImmutableBuffer(message.payload())
        buffer.writeBytes([4, 5])
        let slice = try #require(buffer.getSlice(at: 3, length: buffer.readableBytes - 5))
        #expect(try StoreMessage.decode(slice) == message)
    }

    @Test("the staged scopes come in the order of scopes, the last word on each")
    func staged() throws {
        var luck = Luck(seed: 1)
        var hello = luck.hello()
        hello.staged = [
            StagedScope(scope: .answers, upTo: Position(4)), StagedScope(scope: .network, upTo: Position(0)),
        ]
        let read = try #require(try StoreMessage.decode(StoreMessage.hello(hello).payload()))
        hello.staged.reverse()
        #expect(read == .hello(hello))
    }

    @Test("what people read is cut at a character, and cannot command their terminal")
    func readableTexts() throws {
        for (sent, shown) in [
            ("stop\u{1b}[2J\r\nnow", "stop [2J  now"), ("a\u{9b}b\u{202e}c\u{2028}d", "a b c d"),
            (String(repeating: "里", count: 400), String(repeating: "里", count: 341)),
        ] {
            var frame = WireHubFrame()
            frame.bye.code = .shutdown
            frame.bye.reason = sent
            let payload = ByteBuffer(bytes: try frame.serializedBytes() as [UInt8])
            #expect(try HubMessage.decode(payload) == .bye(Bye(.shutdown, shown)))
            #expect(
                StoreMessage.bye(Bye(.shutdown, sent)).payload() == StoreMessage.bye(Bye(.shutdown, shown)).payload()
            )
        }
    }

    @Test("a goodbye whose code is unknown still says that the peer cannot go on")
    func unknownCode() throws {
        for code in [WireBye.Code.UNRECOGNIZED(99), .unspecified] {
            var frame = WireStoreFrame()
            frame.bye.code = code
            frame.bye.reason = "the roof is on fire; call somebody"
            let payload = ByteBuffer(bytes: try frame.serializedBytes() as [UInt8])
            let expected = StoreMessage.bye(Bye(.unavailable, "the roof is on fire; call somebody"))
            #expect(try StoreMessage.decode(payload) == expected)
        }
    }

    @Test("each kind of message costs few bytes besides its segment or entries")
    func sizes() {
        func size(_ message: some FrameMessage) -> Int { message.payload().readableBytes }
        let entries = [UInt8](repeating: 7, count: 1000)
        let far = Position(1 << 30)
        let chunk = Chunk(scope: .store, from: Position(1 << 30 - 900), upTo: far, rows: 40, bytes: entries)
        #expect(size(HubMessage.chunk(chunk)) <= 1000 + 24)
        let part = PushPart(number: ChangesetNumber(1 << 20), part: 3, header: nil, bytes: entries)
        #expect(size(StoreMessage.push(part)) <= 1000 + 13)
        #expect(size(HubMessage.acknowledge(ChangesetNumber(1 << 20))) <= 6)
        #expect(size(StoreMessage.taken(bytes: 131_072)) <= 6)
        #expect(size(StoreMessage.ping(Ping(id: 12, wallMilliseconds: 1_700_000_000_000))) <= 11)
        #expect(size(StoreMessage.committed(cursor: Cursor(epoch: Epoch(.max), position: far), safe: far)) <= 25)
    }
}
