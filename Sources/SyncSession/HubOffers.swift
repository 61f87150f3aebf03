import ChangeLog

/// The offers of a store to a hub that lost what it sent: sees that the two passes come in order, one offer at a time.
///
/// Law: the feed is held until the second pass is over; nothing is pushed that was written under a schema version which
/// the hub does not have.
struct HubOffers: Hashable, Sendable {
    private var pass = Offer.Pass.beforeOutbox
    /// Whether the offer that is being dealt with is the last of its pass; nil when none is.
    private var underWay: Bool?
    private(set) var areOver = false
    /// Of the store's tables, and of what it pushes.
    private let storeSchema: Int

    init(storeSchema: Int) { self.storeSchema = storeSchema }

    /// - Parameter isHeld: the outbox is not acknowledged yet.
    mutating func receive(_ offer: Offer, isHeld: Bool, frameBytesMax: Int) throws(SessionError) {
        guard offer.windowBytes <= frameBytesMax else {
            throw .fault(.frameTooLarge(bytes: offer.windowBytes, frameBytesMax: frameBytesMax))
        }
        guard !areOver, underWay == nil, offer.pass == pass, pass == .beforeOutbox || !isHeld else {
            throw .fault(.outOfTurn(message: "offer", state: areOver ? "past the offers" : "not at this offer"))
        }
        underWay = offer.isLast
    }

    /// The offer is dealt with, and the hub's schema is of this version.
    mutating func adopted(schemaVersion: Int) throws(SessionError) {
        guard let isLast = underWay else { preconditionFailure("an answer to an offer that did not come") }
        underWay = nil
        guard isLast else { return }
        guard schemaVersion >= storeSchema else { throw .schemaIsBehind(hub: schemaVersion, store: storeSchema) }
        if pass == .afterOutbox { areOver = true } else { pass = .afterOutbox }
    }
}
