import ChangeLog

/// The offers of a store to a hub that lost what it sent: sees that the two passes come in order, one offer at a time.
///
/// Law: the feed is held until the second pass is over.
struct HubOffers: Hashable, Sendable {
    private var pass = Offer.Pass.beforeOutbox
    /// Whether the offer that is being dealt with is the last of its pass; nil when none is.
    private var underWay: Bool?
    private(set) var areOver = false

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

    /// The offer is dealt with.
    mutating func adopted() {
        guard let isLast = underWay else { preconditionFailure("an answer to an offer that did not come") }
        underWay = nil
        guard isLast else { return }
        if pass == .afterOutbox { areOver = true } else { pass = .afterOutbox }
    }
}
