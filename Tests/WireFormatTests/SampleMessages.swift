import ChangeLog
import SyncSession

extension Luck {
    /// Each kind of message that a store sends, with random fields.
    mutating func storeMessages() -> [StoreMessage] {
        [
            .hello(hello()), .confirm(SessionTag(next())), .push(pushPart()),
            .taken(bytes: bounded(0...Int(Int32.max))),
            .committed(cursor: cursor(), safe: position()), .askHead(id: next()),
            .ping(Ping(id: next(), wallMilliseconds: wall(), sealed: changeset(from: 0))), .bye(bye()), .offer(offer()),
        ]
    }

    /// Each kind of message that the hub sends, with random fields.
    mutating func hubMessages() -> [HubMessage] {
        [
            .welcome(welcome()), .schema(version: ordinal(), document: bytes(1...300), seal: bytes(0...16)),
            .acknowledge(changeset(from: 0)),
            .holds(number: changeset(from: 1), parts: bounded(0...Int(Int32.max))), .chunk(chunk()),
            .checkpoint(checkpoint()), .head(id: next(), position()),
            .pong(Pong(id: next(), pingWallMilliseconds: wall(), wallMilliseconds: wall())), .bye(bye()),
            .backedUp(changeset(from: 0)), .adopted(rows: bounded(0...Int(Int32.max))),
        ]
    }

    mutating func hello() -> Hello {
        let lowest = ordinal()
        var staged: [StagedScope] = []
        for scope in FeedScope.allCases where once(in: 2) { staged.append(StagedScope(scope: scope, upTo: position())) }
        return Hello(
            versions: lowest...bounded(lowest...Int(Int32.max)),
            program: text(),
            store: store(),
            site: SiteID(nonzero()),
            tag: once(in: 3) ? nil : SessionTag(pick([0, next()])),
            limits: limits(),
            schemaVersion: ordinal(),
            cursor: cursor(),
            staged: staged,
            stagedEpoch: staged.isEmpty && once(in: 2) ? .none : Epoch(nonzero()),
            acknowledged: changeset(from: 0),
            sealed: changeset(from: 0),
            acknowledgedHash: hash(),
            safe: position(),
            wallMilliseconds: wall(),
            offers: once(in: 2)
        )
    }

    mutating func offer() -> Offer {
        let pass = pick(Offer.Pass.allCases)
        if once(in: 3) { return .last(pass) }
        return Offer(pass: pass, epoch: Epoch(next()), bytes: bytes(1...500), seal: bytes(0...64), isLast: false)
    }

    mutating func pushPart() -> PushPart {
        let number = changeset(from: 1)
        guard once(in: 2) else {
            return PushPart(
                number: number,
                part: bounded(0...Int(Int32.max)),
                header: nil,
                bytes: bytes(1...(once(in: 5) ? 5000 : 200)),
                signature: signature()
            )
        }
        let bytes = bytes(0...200)
        let segments = bytes.isEmpty ? 0 : int(1...5)
        let size = bytes.isEmpty ? 0 : bounded(Swift.max(bytes.count, segments)...Int.max)
        let header = ChangesetHeader(
            site: SiteID(nonzero()),
            number: number,
            previous: hash(),
            base: cursor(),
            schemaVersion: ordinal(),
            stampMax: stamp(),
            segments: segments,
            operations: bounded(segments...size),
            bytes: size,
            bodyHash: hash()
        )
        return PushPart(
            number: number,
            part: int(0...Swift.max(segments - 1, 0)),
            header: header,
            bytes: bytes,
            signature: signature()
        )
    }

    mutating func signature() -> ChangesetSignature? {
        once(in: 2) ? nil : ChangesetSignature(bytes(ChangesetSignature.byteCount...ChangesetSignature.byteCount))
    }

    mutating func welcome() -> Welcome {
        Welcome(
            version: ordinal(),
            program: text(),
            network: name(),
            epoch: Epoch(nonzero()),
            tag: SessionTag(next()),
            limits: limits(),
            schemaVersion: ordinal(),
            acknowledged: changeset(from: 0),
            partsHeld: bounded(0...Int(Int32.max)),
            way: pick([.resume, .resync, .restart]),
            region: pick(["", name()]),
            head: position(),
            helloWallMilliseconds: wall(),
            wallMilliseconds: wall(),
            offersAfter: once(in: 2) ? position() : nil,
            acknowledgedHash: once(in: 2) ? hash() : nil,
            isFenced: once(in: 2)
        )
    }

    mutating func chunk() -> Chunk {
        let from = position()
        let bytes = bytes(0...(once(in: 5) ? 5000 : 200))
        return Chunk(
            scope: pick(FeedScope.allCases),
            from: from,
            upTo: Position(Int64(bounded(Int(from.number)...Int.max))),
            rows: bytes.isEmpty ? 0 : int(1...bytes.count),
            bytes: bytes,
            seal: once(in: 2) ? [] : self.bytes(1...64)
        )
    }

    mutating func checkpoint() -> Checkpoint {
        Checkpoint(
            cursor: Cursor(epoch: Epoch(nonzero()), position: position()),
            included: changeset(from: 0),
            stamp: stamp(),
            schemaVersion: ordinal(),
            isComplete: once(in: 2)
        )
    }

    mutating func bye() -> Bye { Bye(pick(Bye.Code.allCases), text()) }

    mutating func joinRequest() -> JoinRequest {
        JoinRequest(store: store(), secret: bytes(0...64), signingRequest: bytes(1...400), site: SiteID(nonzero()))
    }

    mutating func joinReplies() -> [JoinReply] {
        [
            .refused(bye()),
            .joined(
                Joined(
                    network: name(),
                    region: pick(["", name()]),
                    certificate: bytes(1...700),
                    authority: bytes(1...700),
                    schemaVersion: ordinal(),
                    schemaDocument: bytes(1...3000)
                )
            ),
        ]
    }
}
