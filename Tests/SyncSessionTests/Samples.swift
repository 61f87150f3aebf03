import ChangeLog
import SyncSession

// The values that tests speak of, and sessions brought to where a story begins.

extension Moment {
    /// So many milliseconds after the connection came; the wall shows a million more.
    static func at(_ milliseconds: Int64) -> Moment {
        Moment(monotonicMilliseconds: 70_000 + milliseconds, wallMilliseconds: 1_000_000 + milliseconds)
    }
}

extension Cursor {
    static func at(_ position: Int64, epoch: UInt64 = 1) -> Cursor {
        Cursor(epoch: Epoch(epoch), position: Position(position))
    }
}

extension SiteID {
    static let sample = SiteID(0x51e)
}

extension Hello {
    /// A store at position 100 of epoch 1, with changesets up to `sealed`, `acknowledged` of them acknowledged.
    static func sample(
        cursor: Cursor = .at(100),
        acknowledged: Int64 = 5,
        sealed: Int64 = 5,
        staged: [StagedScope] = [],
        stagedEpoch: Epoch = .none,
        schemaVersion: Int = 1,
        limits: Limits = .standard,
        offers: Bool = false
    ) -> Hello {
        Hello(
            versions: 1...1,
            program: "1.0",
            store: .hub,
            site: .sample,
            tag: SessionTag(6),
            limits: limits,
            schemaVersion: schemaVersion,
            cursor: cursor,
            staged: staged,
            stagedEpoch: stagedEpoch,
            acknowledged: ChangesetNumber(acknowledged),
            sealed: ChangesetNumber(sealed),
            acknowledgedHash: .none,
            safe: .start,
            wallMilliseconds: 0,
            offers: offers
        )
    }
}

extension Offer {
    static func sample(_ pass: Pass, bytes: Int = 44) -> Offer {
        Offer(pass: pass, epoch: Epoch(1), bytes: Array(repeating: 0, count: bytes), seal: [1], isLast: false)
    }
}

extension KeptChunk {
    static func sample(_ id: Int64, bytes: Int = 44) -> KeptChunk {
        KeptChunk(id: id, epoch: Epoch(1), bytes: Array(repeating: 0, count: bytes), seal: [1])
    }
}

extension Welcome {
    static func sample(
        version: Int = 1,
        epoch: UInt64 = 1,
        acknowledged: Int64 = 5,
        partsHeld: Int = 0,
        way: Way = .resume,
        head: Int64 = 100,
        schemaVersion: Int = 1,
        limits: Limits = .standard,
        wallMilliseconds: Int64 = 1_000_000,
        offersAfter: Int64? = nil,
        acknowledgedHash: ChangesetHash? = nil
    ) -> Welcome {
        Welcome(
            version: version,
            program: "1.0",
            network: "corner",
            epoch: Epoch(epoch),
            tag: SessionTag(7),
            limits: limits,
            schemaVersion: schemaVersion,
            acknowledged: ChangesetNumber(acknowledged),
            partsHeld: partsHeld,
            way: way,
            region: "east",
            head: Position(head),
            helloWallMilliseconds: 0,
            wallMilliseconds: wallMilliseconds,
            offersAfter: offersAfter.map { Position($0) },
            acknowledgedHash: acknowledgedHash
        )
    }
}

extension ChangesetHeader {
    static func sample(_ number: Int64, segments: Int = 1, site: SiteID = .sample) -> ChangesetHeader {
        ChangesetHeader(
            site: site,
            number: ChangesetNumber(number),
            previous: .none,
            base: .start,
            schemaVersion: 1,
            stampMax: .zero,
            segments: segments,
            operations: segments,
            bytes: 0,
            bodyHash: .none
        )
    }
}

extension PushPart {
    /// Part `part` of `parts`; with its header, unless it is said to go without.
    static func sample(
        _ number: Int64,
        _ part: Int = 0,
        of parts: Int = 1,
        bytes: Int = 44,
        header: Bool = true
    ) -> PushPart {
        PushPart(
            number: ChangesetNumber(number),
            part: part,
            header: header ? .sample(number, segments: parts) : nil,
            bytes: Array(repeating: 0, count: bytes)
        )
    }
}

extension Chunk {
    static func sample(
        _ scope: FeedScope,
        _ from: Int64,
        _ upTo: Int64,
        rows: Int = 1,
        bytes: Int = 44
    ) -> Chunk {
        Chunk(
            scope: scope,
            from: Position(from),
            upTo: Position(upTo),
            rows: rows,
            bytes: Array(repeating: 0, count: rows == 0 ? 0 : bytes)
        )
    }
}

extension ChunkRead {
    static func sample(_ chunk: Chunk, isLast: Bool = true, schemaVersion: Int = 1) -> ChunkRead {
        ChunkRead(chunk: chunk, isLast: isLast, schemaVersion: schemaVersion)
    }
}

extension Checkpoint {
    static func sample(
        _ position: Int64,
        epoch: UInt64 = 1,
        included: Int64 = 5,
        schemaVersion: Int = 1,
        isComplete: Bool = false
    ) -> Checkpoint {
        Checkpoint(
            cursor: .at(position, epoch: epoch),
            included: ChangesetNumber(included),
            stamp: .zero,
            schemaVersion: schemaVersion,
            isComplete: isComplete
        )
    }
}

extension Limits {
    /// Windows that are filled by three of the sample parts and chunks, which count 300 bytes each.
    static let narrow = Limits(
        frameBytesMax: Limits.frameBytesLeast,
        pushWindowBytes: 900,
        feedWindowBytes: 900
    )
}

extension StoreSession {
    /// A session whose tag is stored.
    static func online(_ hello: Hello = .sample(), _ welcome: Welcome = .sample()) -> StoreSession {
        var session = StoreSession(hello: hello)
        _ = session.handle(.connected(.at(0)))
        _ = session.handle(.received(.welcome(welcome), .at(40)))
        _ = session.handle(.tagStored)
        return session
    }

    mutating func receive(_ message: HubMessage, at milliseconds: Int64 = 50) -> [Effect] {
        handle(.received(message, .at(milliseconds)))
    }
}

extension HubSession {
    /// A session whose tag is confirmed.
    static func online(
        _ hello: Hello = .sample(),
        _ welcome: Welcome = .sample(),
        limits: Limits = .standard
    ) -> HubSession {
        var session = HubSession(limits: limits)
        _ = session.handle(.connected(.at(0)))
        _ = session.handle(.received(.hello(hello), .at(10)))
        _ = session.handle(.opened(welcome))
        _ = session.handle(.received(.confirm(welcome.tag), .at(40)))
        return session
    }

    mutating func receive(_ message: StoreMessage, at milliseconds: Int64 = 50) -> [Effect] {
        handle(.received(message, .at(milliseconds)))
    }
}

extension [StoreSession.Effect] {
    /// The fault that the session ended with.
    var fault: ProtocolFault? {
        guard case .hangUp(.fault(let fault)) = last else { return nil }
        return fault
    }
}

extension [HubSession.Effect] {
    /// The fault that the session ended with.
    var fault: ProtocolFault? {
        guard case .hangUp(.fault(let fault)) = last else { return nil }
        return fault
    }
}
