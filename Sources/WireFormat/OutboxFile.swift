public import ChangeLog
import FoundationEssentials
public import NIOCore
public import SyncSession
import SwiftProtobuf
import WireMessages

/// What an outbox file says of itself, before its changesets.
public struct OutboxCover: Hashable, Sendable {
    public var network: String
    public var store: NodeName
    public var site: SiteID
    /// Of the store whose key signed what follows (X.509, DER).
    public var certificate: [UInt8]
    public var first: ChangesetNumber
    public var last: ChangesetNumber

    public init(
        network: String,
        store: NodeName,
        site: SiteID,
        certificate: [UInt8],
        first: ChangesetNumber,
        last: ChangesetNumber
    ) {
        self.network = network
        self.store = store
        self.site = site
        self.certificate = certificate
        self.first = first
        self.last = last
    }
}

/// One frame of an outbox file.
public enum OutboxFrame: Hashable, Sendable {
    case cover(OutboxCover)
    case part(PushPart)
}

/// The form of an outbox file: changesets of one store, as they would have been pushed, on any medium.
///
///     file   := "linli outbox 1\n" frame*      frames as on the line: a length, then one protobuf `OutboxFrame`
///     frames := cover part part …              the parts of changesets `first` to `last`, in order
///
/// Law: a length above the limit is an error before anything of its frame is held, and any bytes whatever are read or
/// refused.
public enum OutboxFile {
    public static let magic: [UInt8] = Array("linli outbox 1\n".utf8)
    /// A part is at most what any session takes.
    public static let frameBytesMax = Limits.standard.frameBytesMax
}

extension OutboxFrame: FrameMessage {
    public func payload() -> ByteBuffer {
        var frame = WireOutboxFrame()
        switch self {
        case .cover(let cover): frame.cover = WireOutboxCover(cover)
        case .part(let part): frame.push = WirePushPart(part)
        }
        return frame.payload()
    }

    public static func decode(_ payload: ByteBuffer) throws(WireError) -> OutboxFrame? {
        let frame = try WireOutboxFrame(payload: payload, frame: "outbox")
        switch frame.frame {
        case .cover(let cover): return .cover(try cover.cover())
        case .push(let part): return .part(try part.pushPart())
        case nil: return nil
        }
    }
}

extension WireOutboxCover {
    fileprivate init(_ cover: OutboxCover) {
        self.init()
        network = cover.network
        store = cover.store.text
        site = cover.site.raw
        certificate = Data(cover.certificate)
        first = UInt64(cover.first.number)
        last = UInt64(cover.last.number)
    }

    fileprivate func cover() throws(WireError) -> OutboxCover {
        let fields = FieldReader("outbox")
        let first = try fields.changeset(self.first, "first", from: 1)
        let last = try fields.changeset(self.last, "last", from: 1)
        guard first <= last else { throw fields.error("last", "is before the first") }
        return OutboxCover(
            network: try fields.name(network, "network", bytesMin: 1),
            store: try fields.store(store),
            site: try fields.site(site),
            certificate: try fields.bytes(certificate, "certificate", in: 1...FieldLimits.certificateBytesMax),
            first: first,
            last: last
        )
    }
}

/// Takes the frames out of an outbox file, however its bytes come.
public struct OutboxReader: Sendable {
    private var bytes = ByteBuffer()
    private var hasMagic = false

    public init() {}

    /// Bytes that are here and make no frame yet.
    public var waiting: Int { bytes.readableBytes }

    public mutating func take(_ more: [UInt8]) {
        bytes.discardReadBytes()
        bytes.writeBytes(more)
    }

    /// The next frame that is whole; nil when more bytes are needed.
    ///
    /// - Throws: `OutboxFault`; what follows means nothing any more.
    public mutating func next() throws(OutboxFault) -> OutboxFrame? {
        if !hasMagic {
            guard bytes.readableBytes >= OutboxFile.magic.count else { return nil }
            guard bytes.readBytes(length: OutboxFile.magic.count) == OutboxFile.magic else { throw .notAnOutbox }
            hasMagic = true
        }
        while true {
            do {
                guard let payload = try FrameCodec.next(from: &bytes, limit: OutboxFile.frameBytesMax) else {
                    return nil
                }
                if let frame = try OutboxFrame.decode(payload) { return frame }
            } catch {
                throw .damaged("\(error)")
            }
        }
    }
}

/// Why a file is not taken as an outbox.
public enum OutboxFault: Error, Hashable, Sendable {
    case notAnOutbox
    case damaged(String)
}

extension OutboxFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAnOutbox: "the file is no outbox of a store; make one with `linli store export-outbox FILE`"
        case .damaged(let what):
            "the file is damaged: \(what); nothing of it was imported: copy or export it again"
        }
    }
}
