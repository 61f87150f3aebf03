import ChangeLog
import FoundationEssentials
import SyncSession
import WireMessages

// Fields that stand in frames of both directions.

extension WireVersions {
    init(_ versions: ClosedRange<Int>) {
        self.init()
        lowest = UInt64(versions.lowerBound)
        highest = UInt64(versions.upperBound)
    }

    func read(_ fields: FieldReader) throws(WireError) -> ClosedRange<Int> {
        let lowest = try fields.count(lowest, "versions.lowest", in: 1...FieldLimits.ordinalMax)
        let highest = try fields.count(highest, "versions.highest", in: 1...FieldLimits.ordinalMax)
        guard lowest <= highest else { throw fields.error("versions", "end before they begin") }
        return lowest...highest
    }
}

extension WireLimits {
    init(_ limits: Limits) {
        self.init()
        frameBytesMax = UInt64(limits.frameBytesMax)
        pushWindowBytes = UInt64(limits.pushWindowBytes)
        feedWindowBytes = UInt64(limits.feedWindowBytes)
    }

    func read(_ fields: FieldReader) throws(WireError) -> Limits {
        let windows = 1...FieldLimits.lengthMax
        return Limits(
            frameBytesMax: try fields.count(
                frameBytesMax,
                "limits.frame_bytes_max",
                in: Limits.frameBytesLeast...FieldLimits.lengthMax
            ),
            pushWindowBytes: try fields.count(pushWindowBytes, "limits.push_window_bytes", in: windows),
            feedWindowBytes: try fields.count(feedWindowBytes, "limits.feed_window_bytes", in: windows)
        )
    }
}

extension WireCursor {
    init(_ cursor: Cursor) {
        self.init()
        epoch = cursor.epoch.raw
        position = UInt64(cursor.position.number)
    }

    /// All zero, as when absent, is `Cursor.start`.
    func read(_ fields: FieldReader, _ field: StaticString) throws(WireError) -> Cursor {
        Cursor(epoch: Epoch(epoch), position: try fields.position(position, field))
    }
}

extension WireBye {
    init(_ bye: Bye) {
        self.init()
        code = Code(bye.code)
        reason = readableText(bye.reason, bytesMax: FieldLimits.reasonBytesMax)
        if let history = bye.history { self.history = WireForkHistory(history) }
    }

    /// Never refused: it is the last word, and says why.
    var bye: Bye {
        Bye(
            code.code,
            readableText(reason, bytesMax: FieldLimits.reasonBytesMax),
            history: hasHistory ? history.history : nil
        )
    }
}

extension WireForkHistory {
    init(_ history: ForkHistory) {
        self.init()
        after = UInt64(history.after.number)
        entries = history.entries.prefix(ForkHistory.entriesMax).map { entry in
            var wire = WireForkEntry()
            wire.hash = Data(entry.hash.bytes)
            wire.stampMax = UInt64(entry.stampMax.packed)
            return wire
        }
    }

    /// nil when it is none that a hub can have: a store that cannot read it changes nothing.
    var history: ForkHistory? {
        guard let after = Int64(exactly: after), entries.count <= ForkHistory.entriesMax else { return nil }
        var history = ForkHistory(after: ChangesetNumber(after), entries: [])
        for entry in entries {
            guard let hash = ChangesetHash(entry.hash), let packed = Int64(exactly: entry.stampMax),
                let stampMax = Stamp(packed: packed)
            else { return nil }
            history.entries.append(ForkHistory.Entry(hash: hash, stampMax: stampMax))
        }
        return history
    }
}

extension WireBye.Code {
    init(_ code: Bye.Code) {
        switch code {
        case .shutdown: self = .shutdown
        case .superseded: self = .superseded
        case .version: self = .version
        case .forked: self = .forked
        case .frozen: self = .frozen
        case .retired: self = .retired
        case .protocolError: self = .protocol
        case .unavailable: self = .unavailable
        }
    }

    /// A code of a later version says no more than that the peer cannot go on.
    var code: Bye.Code {
        switch self {
        case .shutdown: .shutdown
        case .superseded: .superseded
        case .version: .version
        case .forked: .forked
        case .frozen: .frozen
        case .retired: .retired
        case .protocol: .protocolError
        case .unavailable, .unspecified, .UNRECOGNIZED: .unavailable
        }
    }
}
