import ChangeLog

/// The upload half of a hub's session: sees that parts come in order and inside the window, and tells the store what
/// the hub has.
///
///     acknowledged < … < nextNumber
///                  └ handed to the shell, in the window
struct HubIntake: Hashable, Sendable {
    /// Through this number the hub has merged and synced everything.
    private(set) var acknowledged: ChangesetNumber
    /// The part that is due.
    private var nextNumber: ChangesetNumber
    private var nextPart: Int
    /// Parts of `nextNumber`; nil while its header has not come in this session.
    private var parts: Int?
    private var window: PushWindow
    private let site: SiteID
    private let frameBytesMax: Int

    init(site: SiteID, welcome: Welcome, limits: Limits) {
        acknowledged = welcome.acknowledged
        nextNumber = welcome.acknowledged.next
        nextPart = welcome.partsHeld
        window = PushWindow(bytesMax: limits.pushWindowBytes)
        self.site = site
        frameBytesMax = limits.frameBytesMax
    }

    /// - Returns: whether the part is the last of its changeset.
    mutating func receive(_ part: PushPart) throws(SessionError) -> Bool {
        guard part.windowBytes <= frameBytesMax else {
            throw .fault(.frameTooLarge(bytes: part.windowBytes, frameBytesMax: frameBytesMax))
        }
        guard part.number == nextNumber, part.part == nextPart else {
            throw .fault(
                .partOutOfOrder(expected: nextNumber, part: nextPart, got: part.number, gotPart: part.part)
            )
        }
        guard window.room > 0 else {
            throw .fault(.windowExceeded(bytes: window.bytes, windowBytes: window.bytesMax))
        }
        let total = try total(part)
        window.add(part)
        let isLast = nextPart == total - 1
        if isLast {
            (nextNumber, nextPart, parts) = (nextNumber.next, 0, nil)
        } else {
            (nextPart, parts) = (nextPart + 1, total)
        }
        return isLast
    }

    /// How many parts the changeset has.
    private func total(_ part: PushPart) throws(SessionError) -> Int {
        if let parts { return parts }
        guard let header = part.header, header.site == site, header.number == nextNumber, header.segments >= 0,
            header.operations >= 0, header.bytes >= 0, nextPart < header.parts
        else { throw .fault(.header(nextNumber)) }
        return header.parts
    }

    /// Changesets through `number` are merged and synced.
    ///
    /// - Returns: the acknowledgement, when it says anything new.
    mutating func committed(through number: ChangesetNumber) -> HubMessage? {
        precondition(number < nextNumber, "only what came whole is committed")
        guard number > acknowledged else { return nil }
        acknowledged = number
        window.acknowledge(through: number)
        return .acknowledge(number)
    }

    /// The first `count` parts of `number` are synced.
    mutating func held(number: ChangesetNumber, parts count: Int) -> HubMessage? {
        precondition(number < nextNumber || number == nextNumber && count <= nextPart, "only what came is held")
        guard number > acknowledged, count > 0 else { return nil }
        window.hold(number: number, count: count)
        return .holds(number: number, parts: count)
    }
}
