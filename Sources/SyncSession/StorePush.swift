import ChangeLog

/// The upload half of a store's session: the outbox in order, part by part, inside the hub's window, from where the
/// hub's account ends.
///
///     acknowledged < nextNumber <= sealed + 1
///
/// Never two loads are under way.
struct StorePush: Hashable, Sendable {
    /// Through this number the hub has everything.
    private(set) var acknowledged: ChangesetNumber
    private var sealed: ChangesetNumber
    /// What is loaded next.
    private var nextNumber: ChangesetNumber
    private var nextPart: Int
    /// The next part is the first of its changeset in this session.
    private var owesHeader = true
    private var isLoading = false
    private var window: PushWindow
    private let frameBytesMax: Int

    init(sealed: ChangesetNumber, welcome: Welcome, limits: Limits) {
        acknowledged = welcome.acknowledged
        self.sealed = sealed
        nextNumber = welcome.acknowledged.next
        nextPart = welcome.partsHeld
        window = PushWindow(bytesMax: limits.pushWindowBytes)
        frameBytesMax = limits.frameBytesMax
    }

    /// All changesets before the next one left whole, in this session or an earlier one.
    var sent: ChangesetNumber { ChangesetNumber(nextNumber.number - 1) }

    mutating func seal(upTo number: ChangesetNumber) { sealed = max(sealed, number) }

    /// The load to ask for, if one may and should begin: once a quarter of the window is free, lest every answered
    /// part cost a read of its own.
    mutating func load() -> StoreSession.Effect? {
        guard !isLoading, nextNumber <= sealed, window.bytes == 0 || window.room >= max(window.bytesMax / 4, 1) else {
            return nil
        }
        isLoading = true
        return .load(number: nextNumber, part: nextPart, bytesMax: window.room)
    }

    /// What the load brought, as messages.
    mutating func loaded(_ parts: [PushPart]) throws(SessionError) -> [StoreMessage] {
        precondition(isLoading && !parts.isEmpty, "a load is answered once, with what was asked for or `missing`")
        isLoading = false
        var messages: [StoreMessage] = []
        messages.reserveCapacity(parts.count)
        for var part in parts {
            precondition(part.number == nextNumber && part.part == nextPart, "parts are loaded in order")
            precondition(window.room > 0, "no part is loaded beyond the one that fills the window")
            guard let header = part.header else { preconditionFailure("a loaded part carries its header") }
            guard part.windowBytes <= frameBytesMax else {
                throw .doesNotFit(bytes: part.windowBytes, frameBytesMax: frameBytesMax)
            }
            if !owesHeader { part.header = nil }
            owesHeader = part.part + 1 == header.parts
            if owesHeader { (nextNumber, nextPart) = (part.number.next, 0) } else { nextPart += 1 }
            window.add(part)
            messages.append(.push(part))
        }
        return messages
    }

    /// What was to be loaded is not kept any more, or the hub says that it holds parts that do not exist.
    func missing() -> SessionError { .outboxLacks(number: nextNumber, part: nextPart) }

    /// - Returns: whether anything new was acknowledged.
    mutating func acknowledge(through number: ChangesetNumber) throws(SessionError) -> Bool {
        guard number >= acknowledged, number <= sent else {
            throw .fault(.acknowledgement(got: number, acknowledged: acknowledged, sent: sent))
        }
        guard number > acknowledged else { return false }
        acknowledged = number
        window.acknowledge(through: number)
        return true
    }

    mutating func hold(number: ChangesetNumber, parts: Int) throws(SessionError) {
        guard parts > 0, number > acknowledged, number < nextNumber || number == nextNumber && parts <= nextPart else {
            throw .fault(.unknownPart(number, parts: parts))
        }
        window.hold(number: number, count: parts)
    }
}
