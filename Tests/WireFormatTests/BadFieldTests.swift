import ChangeLog
import FoundationEssentials
import NIOCore
import SyncSession
import SwiftProtobuf
import Testing
import WireFormat
import WireMessages

private let beyond63 = UInt64(Int64.max) + 1

/// One field at a time that no peer of this protocol can mean, and the name under which it is refused.
private let badStoreFields: [(String, @Sendable (inout WireStoreFrame) -> Void)] = [
    ("versions.lowest", { $0.hello.versions.lowest = 0 }),
    ("versions.highest", { $0.hello.versions.highest = .max }),
    (
        "versions",
        {
            $0.hello.versions.highest = 1; $0.hello.versions.lowest = 2
        }
    ),
    ("store", { $0.hello.store = "" }),
    ("store", { $0.hello.store = "hub" }),
    ("store", { $0.hello.store = "a/b" }),
    ("site", { $0.hello.site = 0 }),
    ("limits.frame_bytes_max", { $0.hello.clearLimits() }),
    ("limits.frame_bytes_max", { $0.hello.limits.frameBytesMax = UInt64(Limits.frameBytesLeast) - 1 }),
    ("limits.frame_bytes_max", { $0.hello.limits.frameBytesMax = 1 << 31 }),
    ("limits.push_window_bytes", { $0.hello.limits.pushWindowBytes = 0 }),
    ("limits.feed_window_bytes", { $0.hello.limits.feedWindowBytes = 1 << 31 }),
    ("schema_version", { $0.hello.schemaVersion = 0 }),
    ("schema_version", { $0.hello.schemaVersion = 1 << 32 + 1 }),
    ("cursor.position", { $0.hello.cursor.position = beyond63 }),
    ("staged.network", { $0.hello.staged.network = beyond63 }),
    ("staged.region", { $0.hello.staged.region = beyond63 }),
    ("staged.store", { $0.hello.staged.store = beyond63 }),
    ("staged.answers", { $0.hello.staged.answers = beyond63 }),
    ("acknowledged", { $0.hello.acknowledged = beyond63 }),
    ("acknowledged_hash", { $0.hello.acknowledgedHash = Data([1, 2, 3]) }),
    ("sealed", { $0.hello.sealed = .max }),
    ("safe_position", { $0.hello.safePosition = .max }),

    ("number", { $0.push.number = 0 }),
    ("number", { $0.push.number = beyond63 }),
    ("part", { $0.push.part = 1 << 31 }),
    ("part", { $0.push.part = 2 }),
    ("header.number", { $0.push.number = 8 }),
    ("header.number", { $0.push.header.number = 0 }),
    ("header.previous", { $0.push.header.previous = Data(repeating: 0, count: 31) }),
    ("header.body_hash", { $0.push.header.bodyHash = Data(repeating: 0, count: 33) }),
    ("header.base.position", { $0.push.header.base.position = .max }),
    ("header.schema_version", { $0.push.header.schemaVersion = 0 }),
    ("header.stamp_max", { $0.push.header.stampMax = beyond63 }),
    ("header.segments", { $0.push.header.segments = 1 << 31 }),
    ("header.bytes", { $0.push.header.bytes = 1 }),
    (
        "header.bytes",
        {
            $0.push.header.segments = 0; $0.push.header.operations = 0
        }
    ),
    ("header.operations", { $0.push.header.operations = 1 }),
    ("header.operations", { $0.push.header.operations = $0.push.header.bytes + 1 }),
    ("site", { $0.push.header.site = 0 }),
    ("signature", { $0.push.signature = Data(repeating: 1, count: 63) }),
    ("signature", { $0.push.signature = Data(repeating: 1, count: 65) }),
    ("segment", { $0.push.segment = Data() }),
    ("segment", { $0.push.segment = Data(repeating: 0, count: 1000) }),
    (
        "segment",
        {
            $0.push.clearHeader(); $0.push.segment = Data()
        }
    ),

    ("bytes", { $0.taken.bytes = 1 << 31 }),
    ("cursor.position", { $0.committed.cursor.position = .max }),
    ("safe_position", { $0.committed.safePosition = .max }),
]

private let badHubFields: [(String, @Sendable (inout WireHubFrame) -> Void)] = [
    ("version", { $0.welcome.version = 0 }),
    ("network", { $0.welcome.network = "" }),
    ("network", { $0.welcome.network = "a\nb" }),
    ("network", { $0.welcome.network = String(repeating: "x", count: 64) }),
    ("epoch", { $0.welcome.epoch = 0 }),
    ("limits.frame_bytes_max", { $0.welcome.limits.frameBytesMax = 0 }),
    ("schema_version", { $0.welcome.schemaVersion = 0 }),
    ("acknowledged", { $0.welcome.acknowledged = .max }),
    ("parts_held", { $0.welcome.partsHeld = .max }),
    ("way", { $0.welcome.way = .unspecified }),
    ("way", { $0.welcome.way = .UNRECOGNIZED(9) }),
    ("region", { $0.welcome.region = String(repeating: "x", count: 64) }),
    ("head", { $0.welcome.head = .max }),

    ("version", { $0.schema.version = 0 }),
    ("document", { $0.schema.version = 1 }),
    ("number", { $0.acknowledge.number = .max }),
    ("number", { $0.holds.number = 0 }),
    (
        "parts",
        {
            $0.holds.number = 1; $0.holds.parts = 1 << 31
        }
    ),

    ("scope", { $0.chunk.scope = .unspecified }),
    ("scope", { $0.chunk.scope = .UNRECOGNIZED(5) }),
    ("from", { $0.chunk.from = .max }),
    ("up_to", { $0.chunk.upTo = .max }),
    ("up_to", { $0.chunk.from = $0.chunk.upTo + 1 }),
    ("rows", { $0.chunk.rows = 0 }),
    ("rows", { $0.chunk.rows = 4 }),

    ("cursor.epoch", { $0.checkpoint.cursor.position = 5 }),
    (
        "cursor.position",
        {
            $0.checkpoint.cursor.epoch = 1; $0.checkpoint.cursor.position = .max
        }
    ),
    (
        "included",
        {
            $0.checkpoint.cursor.epoch = 1; $0.checkpoint.included = .max
        }
    ),
    (
        "stamp",
        {
            $0.checkpoint.cursor.epoch = 1; $0.checkpoint.stamp = .max
        }
    ),
    (
        "schema_version",
        {
            $0.checkpoint.cursor.epoch = 1; $0.checkpoint.schemaVersion = 0
        }
    ),
    ("position", { $0.head.position = .max }),
]

private let badJoinFields: [(String, @Sendable (inout WireJoinRequest, inout WireJoined) -> Void)] = [
    ("versions.lowest", { request, _ in request.clearVersions() }),
    ("store", { request, _ in request.store = "hub" }),
    ("secret", { request, _ in request.secret = Data(repeating: 1, count: 65) }),
    ("signing_request", { request, _ in request.signingRequest = Data() }),
    ("signing_request", { request, _ in request.signingRequest = Data(repeating: 1, count: 4097) }),
    ("site", { request, _ in request.site = 0 }),
    ("version", { _, joined in joined.version = 0 }),
    ("network", { _, joined in joined.network = "" }),
    ("region", { _, joined in joined.region = "\u{7f}" }),
    ("certificate", { _, joined in joined.certificate = Data() }),
    ("authority", { _, joined in joined.authority = Data(repeating: 0, count: 4097) }),
    ("schema_version", { _, joined in joined.schemaVersion = 1 << 31 }),
    ("schema_document", { _, joined in joined.schemaDocument = Data() }),
]

@Suite("Fields out of bounds")
struct BadFieldTests {
    @Test("a store's frame is refused for its one bad field", arguments: badStoreFields.indices)
    func store(index: Int) throws {
        let (field, spoil) = badStoreFields[index]
        var sample = WireStoreFrame()
        spoil(&sample)
        var frame = try goodStoreFrame(like: sample)
        #expect(throws: Never.self) { try StoreMessage.decode(payload(frame)) }
        spoil(&frame)
        expectBad(field) { try StoreMessage.decode(payload(frame)) }
    }

    @Test("the hub's frame is refused for its one bad field", arguments: badHubFields.indices)
    func hub(index: Int) throws {
        let (field, spoil) = badHubFields[index]
        var sample = WireHubFrame()
        spoil(&sample)
        var frame = try goodHubFrame(like: sample)
        #expect(throws: Never.self) { try HubMessage.decode(payload(frame)) }
        spoil(&frame)
        expectBad(field) { try HubMessage.decode(payload(frame)) }
    }

    @Test("a join exchange is refused for its one bad field", arguments: badJoinFields.indices)
    func join(index: Int) throws {
        let (field, spoil) = badJoinFields[index]
        var luck = Luck(seed: 3)
        var request = try WireJoinRequestFrame(serializedBytes: array(luck.joinRequest().payload()))
        var reply = try WireJoinReplyFrame(serializedBytes: array(luck.joinReplies()[1].payload()))
        let good = request
        spoil(&request.request, &reply.joined)
        if request != good {
            expectBad(field) { try JoinRequest.decode(payload(request)) }
        } else {
            expectBad(field) { try JoinReply.decode(payload(reply)) }
        }
    }

    @Test("a text that is not UTF-8 is unreadable, and so is a field of another wire type's length")
    func unreadable() {
        // hello { program: 0xff }
        let noText = ByteBuffer(bytes: [0x0a, 0x03, 0x12, 0x01, 0xff])
        #expect(throws: WireError.unreadable(frame: "store")) { try StoreMessage.decode(noText) }
        let cut = ByteBuffer(bytes: [0x0a, 0x7f, 0x12])
        #expect(throws: WireError.unreadable(frame: "hub")) { try HubMessage.decode(cut) }
        #expect(throws: WireError.unreadable(frame: "join request")) { try JoinRequest.decode(cut) }
        #expect(throws: WireError.unreadable(frame: "join reply")) { try JoinReply.decode(cut) }
    }

    @Test("an error names the frame, the field and the cure, and becomes a goodbye")
    func texts() {
        let error = WireError.badField(frame: "hello", field: "site", what: "is zero")
        #expect(
            error.description
                == "a hello frame came whose site is zero; run the same release of linli at both ends"
        )
        #expect(error.bye == Bye(.protocolError, error.description))
        #expect(WireError.noCommonVersion(theirs: 2...3).description.contains("versions 2 to 3, this program 1;"))
    }

    private func expectBad(_ field: String, _ decode: () throws -> (some Any)?) {
        let error = #expect(throws: WireError.self) { _ = try decode() }
        guard case .badField(_, let named, _) = error else {
            Issue.record("\(String(describing: error)) instead of a bad \(field)")
            return
        }
        #expect(named == field)
    }

    private func payload(_ frame: some Message) throws -> ByteBuffer {
        ByteBuffer(bytes: try frame.serializedBytes() as [UInt8])
    }

    private func array(_ payload: ByteBuffer) -> [UInt8] { Array(payload.readableBytesView) }

    /// A good frame of the kind that `sample` is.
    private func goodStoreFrame(like sample: WireStoreFrame) throws -> WireStoreFrame {
        var luck = Luck(seed: 3)
        switch sample.frame {
        case .hello:
            var hello = luck.hello()
            hello.versions = 1...1
            return try WireStoreFrame(serializedBytes: array(StoreMessage.hello(hello).payload()))
        case .push:
            let header = ChangesetHeader(
                site: SiteID(1),
                number: ChangesetNumber(7),
                previous: luck.hash(),
                base: luck.cursor(),
                schemaVersion: 1,
                stampMax: luck.stamp(),
                segments: 2,
                operations: 3,
                bytes: 100,
                bodyHash: luck.hash()
            )
            let part = PushPart(number: ChangesetNumber(7), part: 1, header: header, bytes: [1, 2, 3])
            return try WireStoreFrame(serializedBytes: array(StoreMessage.push(part).payload()))
        default: return WireStoreFrame()
        }
    }

    private func goodHubFrame(like sample: WireHubFrame) throws -> WireHubFrame {
        var luck = Luck(seed: 3)
        let message: HubMessage
        switch sample.frame {
        case .welcome: message = .welcome(luck.welcome())
        case .chunk:
            message = .chunk(
                Chunk(scope: .store, from: Position(3), upTo: Position(9), rows: 2, bytes: [1, 2, 3])
            )
        default: return WireHubFrame()
        }
        return try WireHubFrame(serializedBytes: array(message.payload()))
    }
}
