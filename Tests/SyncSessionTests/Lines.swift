import ChangeLog
import SyncSession

// Effects as people read them, for transcripts: one a line, messages behind an arrow.

extension [StoreSession.Effect] {
    var lines: String { map(\.line).joined(separator: "\n") }
}

extension [HubSession.Effect] {
    var lines: String { map(\.line).joined(separator: "\n") }
}

extension StoreSession.Effect {
    var line: String {
        switch self {
        case .send(let message): "↑ \(message.line)"
        case .compare(let number, let hash): "compare \(number) with \(hash)"
        case .storeTag(let tag): "store tag \(tag.raw)"
        case .dropStaged: "drop what is staged"
        case .beginResync: "begin a resync"
        case .online(let welcome, let freezes): "online, \(welcome.way)\(freezes ? ", rights frozen" : "")"
        case .measured(let time):
            "hub's clock \(time.offsetMilliseconds) ms ahead, round trip \(time.roundTripMilliseconds) ms"
        case .acknowledged(let number): "note \(number) acknowledged"
        case .load(let number, let part, let bytesMax): "load \(number).\(part), \(bytesMax) bytes"
        case .adoptSchema(let version, _, _): "adopt schema \(version)"
        case .stage(let chunk): "stage \(chunk.scope) \(chunk.from.number)-\(chunk.upTo.number)"
        case .apply(let checkpoint): "apply \(checkpoint.line)"
        case .head(let id, let position): "tell \(id): head \(position.number)"
        case .backedUp(let number): "note \(number) backed up"
        case .loadKept(let id, let above): "load what was kept after \(id), above \(above.number)"
        case .hangUp(let error): "hang up: \(error)"
        }
    }
}

extension HubSession.Effect {
    var line: String {
        switch self {
        case .send(let message): "↓ \(message.line)"
        case .open: "open"
        case .confirm(let tag): "confirm tag \(tag.raw)"
        case .submit(let part, let isLast): "submit \(part.line)\(isLast ? ", the last" : "")"
        case .readChunk(let scope, let after, let round): "read \(scope) after \(after.number)\(round.line)"
        case .readCheckpoint(let read, let round): "read a checkpoint after \(read.line)\(round.line)"
        case .readRest(let read, let round): "read the rest after \(read.line)\(round.line)"
        case .nextOfRest: "next of the rest"
        case .readSchema(let version): version == 1 ? "read the schema" : "read the schema after \(version)"
        case .sealHead: "seal, and tell the head"
        case .noteCommitted(let cursor, _): "note \(cursor.position.number) committed"
        case .noteSealed(let number): "note \(number) sealed"
        case .adopt(let offer): "adopt \(offer.line)"
        case .hangUp(let error): "hang up: \(error)"
        }
    }
}

extension StoreMessage {
    var line: String {
        switch self {
        case .hello(let hello): "hello at \(hello.cursor.position.number), sealed \(hello.sealed)"
        case .confirm(let tag): "confirm \(tag.raw)"
        case .push(let part): "push \(part.line)"
        case .taken(let bytes): "taken \(bytes)"
        case .committed(let cursor, _): "committed \(cursor.position.number)"
        case .askHead(let id): "ask head \(id)"
        case .ping(let ping): "ping \(ping.id)"
        case .bye(let bye): "bye \(bye.code.rawValue)"
        case .offer(let offer): "offer \(offer.line)"
        }
    }
}

extension Offer {
    fileprivate var line: String { isLast ? "no more, \(pass)" : "\(bytes.count) bytes, \(pass)" }
}

extension HubMessage {
    var line: String {
        switch self {
        case .welcome(let welcome): "welcome, \(welcome.way), acknowledged \(welcome.acknowledged)"
        case .schema(let version, _, _): "schema \(version)"
        case .acknowledge(let number): "acknowledge \(number)"
        case .holds(let number, let parts): "holds \(parts) of \(number)"
        case .chunk(let chunk): "chunk \(chunk.scope) \(chunk.from.number)-\(chunk.upTo.number)"
        case .checkpoint(let checkpoint): "checkpoint \(checkpoint.line)"
        case .head(let id, let position): "head \(id): \(position.number)"
        case .pong(let pong): "pong \(pong.id)"
        case .bye(let bye): "bye \(bye.code.rawValue)"
        case .backedUp(let number): "backed up \(number)"
        case .adopted(let rows): "adopted \(rows)"
        }
    }
}

extension PushPart {
    fileprivate var line: String { "\(number).\(part)\(header == nil ? "" : " with header")" }
}

extension Checkpoint {
    fileprivate var line: String {
        "\(cursor.position.number) including \(included)\(isComplete ? ", complete" : "")"
    }
}

extension Round {
    fileprivate var line: String { isComplete ? ", complete" : ", begun at \(began.number)" }
}

extension ScopePositions {
    fileprivate var line: String { FeedScope.allCases.map { "\(self[$0].number)" }.joined(separator: " ") }
}
