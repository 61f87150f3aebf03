import ChangeLog
import FoundationEssentials
public import NIOCore
public import SyncSession
import WireMessages

extension JoinRequest: FrameMessage {
    public func payload() -> ByteBuffer {
        var frame = WireJoinRequestFrame()
        frame.request.versions = WireVersions(Limits.versions)
        frame.request.store = store.text
        frame.request.secret = Data(secret)
        frame.request.signingRequest = Data(signingRequest)
        frame.request.site = site.raw
        return frame.payload()
    }

    /// - Throws: `WireError.noCommonVersion` besides: a join exchange has no later place to say so.
    public static func decode(_ payload: ByteBuffer) throws(WireError) -> JoinRequest? {
        let frame = try WireJoinRequestFrame(payload: payload, frame: "join request")
        switch frame.frame {
        case .request(let request): return try request.joinRequest()
        case nil: return nil
        }
    }
}

extension WireJoinRequest {
    fileprivate func joinRequest() throws(WireError) -> JoinRequest {
        let fields = FieldReader("join request")
        let versions = try self.versions.read(fields)
        guard versions.overlaps(Limits.versions) else { throw .noCommonVersion(theirs: versions) }
        return JoinRequest(
            store: try fields.store(store),
            secret: try fields.bytes(secret, "secret", in: 0...FieldLimits.secretBytesMax),
            signingRequest: try fields.bytes(
                signingRequest,
                "signing_request",
                in: 1...FieldLimits.certificateBytesMax
            ),
            site: try fields.site(site)
        )
    }
}

extension JoinReply: FrameMessage {
    public func payload() -> ByteBuffer {
        var frame = WireJoinReplyFrame()
        frame.frame =
            switch self {
            case .joined(let joined): .joined(WireJoined(joined))
            case .refused(let bye): .refused(WireBye(bye))
            }
        return frame.payload()
    }

    /// - Throws: `WireError.noCommonVersion` besides.
    public static func decode(_ payload: ByteBuffer) throws(WireError) -> JoinReply? {
        let frame = try WireJoinReplyFrame(payload: payload, frame: "join reply")
        switch frame.frame {
        case .joined(let joined): return .joined(try joined.joined())
        case .refused(let bye): return .refused(bye.bye)
        case nil: return nil
        }
    }
}

extension WireJoined {
    fileprivate init(_ joined: Joined) {
        self.init()
        // The fields below are those of the first version.
        version = UInt64(Limits.versions.lowerBound)
        network = joined.network
        region = joined.region
        certificate = Data(joined.certificate)
        authority = Data(joined.authority)
        schemaVersion = UInt64(joined.schemaVersion)
        schemaDocument = Data(joined.schemaDocument)
    }

    fileprivate func joined() throws(WireError) -> Joined {
        let fields = FieldReader("join reply")
        let version = try fields.count(version, "version", in: 1...FieldLimits.ordinalMax)
        guard Limits.versions.contains(version) else { throw .noCommonVersion(theirs: version...version) }
        let certificates = 1...FieldLimits.certificateBytesMax
        return Joined(
            network: try fields.name(network, "network", bytesMin: 1),
            region: try fields.name(region, "region", bytesMin: 0),
            certificate: try fields.bytes(certificate, "certificate", in: certificates),
            authority: try fields.bytes(authority, "authority", in: certificates),
            schemaVersion: try fields.schemaVersion(schemaVersion, "schema_version"),
            schemaDocument: try fields.bytes(schemaDocument, "schema_document", in: 1...FieldLimits.lengthMax)
        )
    }
}
