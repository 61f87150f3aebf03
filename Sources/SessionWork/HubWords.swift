public import ChangeLog
public import Replica
public import SyncSession

// The session's words and the replica's, side by side.

extension FeedRound {
    init(_ round: Round, of site: SiteID) {
        self.init(site: site, began: round.began, isComplete: round.isComplete, hasSent: round.hasSent)
    }
}

extension ChunkSize {
    static var standard: ChunkSize {
        ChunkSize(bytesTarget: Limits.chunkBytesTarget, rowsMax: Limits.chunkRowsMax)
    }
}

extension Chunk {
    init(_ chunk: ReadChunk) {
        self.init(
            scope: chunk.scope,
            from: chunk.from,
            upTo: chunk.upTo,
            rows: chunk.rows,
            bytes: chunk.bytes,
            seal: chunk.seal
        )
    }
}

extension SessionFacts {
    init(_ hello: Hello) {
        self.init(
            store: hello.store,
            site: hello.site,
            tag: hello.tag?.raw,
            cursor: hello.cursor,
            hasStaged: !hello.staged.isEmpty,
            schemaVersion: hello.schemaVersion,
            acknowledged: hello.acknowledged,
            acknowledgedHash: hello.acknowledgedHash,
            sealed: hello.sealed,
            safe: hello.safe
        )
    }
}

extension Welcome {
    /// The session fills in the version, the limits and the hello's time.
    init(
        _ opening: SessionOpening,
        _ hello: Hello,
        network: String,
        program: String,
        wallMilliseconds: Int64
    ) {
        // What the hub lost and asks for comes before everything anew, also where the store had nothing committed.
        let isFirst = hello.cursor.position == .start && opening.offersAfter == nil
        self.init(
            version: Limits.versions.upperBound,
            program: program,
            network: network,
            epoch: opening.epoch,
            tag: SessionTag(opening.tag),
            limits: .standard,
            schemaVersion: opening.schemaVersion,
            acknowledged: opening.acknowledged,
            partsHeld: opening.partsHeld,
            way: opening.resumes ? .resume : isFirst ? .restart : .resync,
            region: opening.region,
            head: opening.head,
            helloWallMilliseconds: hello.wallMilliseconds,
            wallMilliseconds: wallMilliseconds,
            offersAfter: opening.offersAfter,
            acknowledgedHash: opening.acknowledged == .none ? nil : opening.acknowledgedHash,
            isFenced: opening.isFenced
        )
    }
}

extension Bye {
    public init(_ refusal: SessionRefusal, store: NodeName) {
        switch refusal {
        case .stranger:
            self.init(
                .retired,
                "the hub does not know store \(store); join again with a new token (`linli hub invite`)"
            )
        case .forked(let how, let history):
            self.init(
                .forked,
                "\(how): this replica was copied, or restored from a backup; "
                    + (history == nil
                        ? "stop the other copy, or join again with a new token (`linli hub invite \(store)`)"
                        : "it takes a new site, and keeps what the hub has not seen"),
                history: history
            )
        case .frozen: self.init(.frozen, "store \(store) is frozen; `linli hub thaw \(store)` at the hub lets it in")
        case .retired: self.init(.retired, "store \(store) is retired; it can be invited under another name")
        }
    }
}

extension MergeOutcome {
    /// What the session hears of changeset `number`.
    public func event(for number: ChangesetNumber) -> HubSession.Event {
        switch self {
        case .merged(let through): .committed(through: min(through, number))
        case .gap(let expected):
            .end(Bye(.protocolError, "changeset \(number) came where \(expected) is due; the session begins again"))
        case .forked:
            .end(
                Bye(
                    .forked,
                    "changeset \(number) does not follow what the hub has of this site: the replica was copied, or "
                        + "restored from a backup; join again with a new token"
                )
            )
        case .damaged(let how):
            .end(Bye(.protocolError, "changeset \(number) is damaged: \(how); the session begins again"))
        case .stranger: .end(Bye(.retired, "the site does not take part any more; join again with a new token"))
        case .frozen(let store): .end(Bye(SessionRefusal.frozen, store: store))
        }
    }
}
