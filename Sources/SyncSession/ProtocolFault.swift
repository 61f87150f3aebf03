public import ChangeLog

/// How a peer broke the protocol. Nothing that it sent from there on is believed; what it sent before stands.
public enum ProtocolFault: Hashable, Sendable {
    /// A message that has no place in this state of the session.
    case outOfTurn(message: String, state: String)
    /// The peer's limits leave no room to work in.
    case limits(Limits)
    /// A hello or welcome that contradicts itself.
    case contradiction(String)
    /// A tag was confirmed that was not offered.
    case wrongTag
    /// More was sent than the window lets through.
    case windowExceeded(bytes: Int, windowBytes: Int)
    case frameTooLarge(bytes: Int, frameBytesMax: Int)
    case partOutOfOrder(expected: ChangesetNumber, part: Int, got: ChangesetNumber, gotPart: Int)
    /// The header of a changeset is missing, or not one that this site can have made.
    case header(ChangesetNumber)
    /// Changesets were acknowledged that were not sent, or fewer than before.
    case acknowledgement(got: ChangesetNumber, acknowledged: ChangesetNumber, sent: ChangesetNumber)
    /// Parts are said to be held that were not sent.
    case unknownPart(ChangesetNumber, parts: Int)
    case chunkOutOfOrder(FeedScope, expected: Position, from: Position, upTo: Position)
    /// A checkpoint that does not follow from the round; says why.
    case checkpoint(String)
    /// More was taken than was sent.
    case takenTooMuch(bytes: Int, sentBytes: Int)
    /// What was committed is not the checkpoint under way, or not all of it was taken, or its safe position lies past it.
    case wrongCommit(Cursor)
    case schemaVersion(got: Int, known: Int)
    /// An answer to a question that was not asked.
    case unasked(String)
    case tooManyPings
}

extension ProtocolFault: CustomStringConvertible {
    public var description: String {
        """
        the peer broke the protocol: \(what); compare `linli --version` at both ends, and if they agree, keep both \
        logs and report the fault
        """
    }

    private var what: String {
        switch self {
        case .outOfTurn(let message, let state): "it sent `\(message)` while the session was \(state)"
        case .limits(let limits):
            """
            its limits (frame \(limits.frameBytesMax), push window \(limits.pushWindowBytes), feed window \
            \(limits.feedWindowBytes) bytes) leave no room; a frame has at least \(Limits.frameBytesLeast)
            """
        case .contradiction(let text): text
        case .wrongTag: "it confirmed a session tag that was not offered"
        case .windowExceeded(let bytes, let windowBytes):
            "\(bytes) bytes were under way in a window of \(windowBytes) when it sent more"
        case .frameTooLarge(let bytes, let frameBytesMax): "a frame of \(bytes) bytes, above \(frameBytesMax)"
        case .partOutOfOrder(let expected, let part, let got, let gotPart):
            "part \(gotPart) of changeset \(got) came where part \(part) of \(expected) was due"
        case .header(let number): "changeset \(number) came without a header that this site can have made"
        case .acknowledgement(let got, let acknowledged, let sent):
            "changesets through \(got) were acknowledged, after \(acknowledged), with \(sent) sent"
        case .unknownPart(let number, let parts): "\(parts) parts of changeset \(number) are not what was sent"
        case .chunkOutOfOrder(let scope, let expected, let from, let upTo):
            "a chunk of scope \(scope) from \(from.number) to \(upTo.number), where \(expected.number) was due"
        case .checkpoint(let text): "a checkpoint that does not follow: \(text)"
        case .takenTooMuch(let bytes, let sentBytes): "\(bytes) bytes were taken of \(sentBytes) under way"
        case .wrongCommit(let cursor):
            "position \(cursor.position.number) was committed, which is no checkpoint under way with all of it taken"
        case .schemaVersion(let got, let known): "schema version \(got) was told after \(known)"
        case .unasked(let what): "\(what) came without a question"
        case .tooManyPings: "it sent more pings than twice the heartbeat"
        }
    }
}
