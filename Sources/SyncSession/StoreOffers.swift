import ChangeLog

/// The offers of a store's session to a hub that lost what it sent, from the handshake to the resync.
///
///     offering beforeOutbox ──last adopted──▶ pushing ──outbox acknowledged──▶ offering afterOutbox ──last adopted──▶ over
///
/// Law: nothing is pushed before the first pass is over, and no chunk comes before the second is. One offer is under way.
struct StoreOffers: Hashable, Sendable {
    private enum Phase: Hashable, Sendable {
        /// `isAsked`: a kept chunk is being loaded; else an answer of the hub is due.
        case offering(Offer.Pass, isAsked: Bool, isLast: Bool)
        case pushing
        case over
    }

    private var phase = Phase.offering(.beforeOutbox, isAsked: true, isLast: false)
    private let after: Position

    init(after: Position) { self.after = after }

    /// The changesets may go up.
    var letsPush: Bool { phase == .pushing || isAfterOutbox }
    /// The resync may begin.
    var areOver: Bool { phase == .over }

    private var isAfterOutbox: Bool {
        switch phase {
        case .offering(.afterOutbox, _, _), .over: true
        case .offering, .pushing: false
        }
    }

    /// The first thing to do.
    func begin() -> StoreSession.Effect { .loadKept(after: 0, above: after) }

    /// The next kept chunk, or none.
    mutating func loaded(_ chunk: KeptChunk?, frameBytesMax: Int) -> [StoreSession.Effect] {
        guard case .offering(let pass, isAsked: true, _) = phase else {
            preconditionFailure("a kept chunk that was not asked for")
        }
        guard let chunk else {
            phase = .offering(pass, isAsked: false, isLast: true)
            return [.send(.offer(.last(pass)))]
        }
        let offer = Offer(pass: pass, epoch: chunk.epoch, bytes: chunk.bytes, seal: chunk.seal, isLast: false)
        // The hub's frames were larger once: what does not fit any more is not offered.
        guard offer.windowBytes <= frameBytesMax else { return [.loadKept(after: chunk.id, above: after)] }
        loadedID = chunk.id
        phase = .offering(pass, isAsked: false, isLast: false)
        return [.send(.offer(offer))]
    }

    private var loadedID: Int64 = 0

    /// The hub has dealt with the offer.
    mutating func adopted() throws(SessionError) -> [StoreSession.Effect] {
        guard case .offering(let pass, isAsked: false, let isLast) = phase else {
            throw .fault(.unasked("an answer to an offer"))
        }
        guard isLast else {
            phase = .offering(pass, isAsked: true, isLast: false)
            return [.loadKept(after: loadedID, above: after)]
        }
        loadedID = 0
        phase = pass == .beforeOutbox ? .pushing : .over
        return phase == .over ? [.beginResync] : []
    }

    /// The outbox, as it was at the handshake, is acknowledged.
    mutating func outboxIsAcknowledged() -> [StoreSession.Effect] {
        guard phase == .pushing else { return [] }
        phase = .offering(.afterOutbox, isAsked: true, isLast: false)
        return [begin()]
    }
}
