import ChangeLog
public import Replica

/// What a node does for the trade by itself, round after round. A store gives back what it no longer holds; the hub has
/// the open orders of stores that are out taken over, where a policy says so, and lets shares of rights follow demand.
///
/// Law: what a round does is what is due by the replica, in transactions that look again, so that a round that was cut
/// off, or runs twice, does nothing twice. What it remembers only spares work.
public struct TradeRound: Sendable {
    /// How soon a store is looked at again whose orders nobody could take.
    static let againAfterMilliseconds: Int64 = 60_000

    /// How soon a store's demand is looked at again.
    static let demandAfterMilliseconds: Int64 = 3_600_000

    /// How soon the hub looks again for counts of shelves on which rights are stranded.
    static let countsAfterMilliseconds: Int64 = 10_000
    /// How soon a node looks again for quotations of customers who are gone, and empties its write-ahead log of them.
    static let quotationsAfterMilliseconds: Int64 = 60_000
    static let logAfterMilliseconds: Int64 = 3_600_000

    private var silence = Silence()
    private var quotationsAt: Int64?
    private var countsAt: Int64?
    private var logEmptiedAt: Int64?
    /// When each store's demand was last looked at, by the same clock.
    private var demandLookedAt: [String: Int64] = [:]
    /// Stores that are out: when they were last looked at, by the daemon's monotonic clock, and where to go on.
    private var out: [String: (lookedAt: Int64, after: String?)] = [:]

    /// The stores that the hub's own table was last seen to have.
    private var listed: Set<String> = []

    public init() {}

    /// A line for the daemon's log.
    public struct Note: Hashable, Sendable {
        public var text: String
        /// Something is left to a person.
        public var isWarning = false
    }

    /// What came of a round.
    public struct Done: Hashable, Sendable {
        public var notes: [Note] = []
        /// Shelves that were counted, and on which rights are stranded: the hub is to have them.
        public var counted: [RightsWitness] = []
        /// Orders that other stores have now.
        public var takenOver = 0
        /// Parts of rights that followed demand.
        public var sharesMoved = 0
    }

    /// One round.
    ///
    /// - Parameters:
    ///   - stores: at a hub, the stores as its daemon knows them.
    ///   - uptimeMilliseconds: of a clock that never goes back.
    /// - Returns: what the log is to say, and what only the hub's daemon can do.
    public mutating func go(
        _ desk: RetailDesk,
        stores: [StoreStanding],
        uptimeMilliseconds: Int64
    ) throws(RetailError) -> Done {
        try forget(desk, uptimeMilliseconds)
        guard desk.node.isHub else {
            try desk.giveBack()
            return Done()
        }
        var done = Done()
        try list(stores, desk)
        done.sharesMoved = try followDemand(desk, stores, uptimeMilliseconds)
        silence.look(stores, at: uptimeMilliseconds)
        let due = try desk.storesOut(stores, silence, uptimeMilliseconds: uptimeMilliseconds)
        out = out.filter { store, _ in due.contains { $0.store == store } }
        if Self.isDue(countsAt, Self.countsAfterMilliseconds, uptimeMilliseconds) {
            countsAt = uptimeMilliseconds
            done.counted = try desk.countedShelves(stores)
        }
        for (store, reason) in due {
            let last = out[store]
            if let last, last.after == nil, uptimeMilliseconds - last.lookedAt < Self.againAfterMilliseconds {
                continue
            }
            let page = try desk.takeOver(store, reason: reason, after: last?.after, stores: stores)
            done.takenOver += page.moves.moved.count
            done.notes += page.moves.moved.map {
                Note(text: "order \($0.order) of \(store) is \($0.to)'s now; \(reason)")
            }
            if let first = page.moves.stayed.first {
                done.notes.append(
                    Note(
                        text: """
                            \(page.moves.stayed.count) open orders stay at \(store), which is out (\(reason)): \
                            \(first.refusal.what); move or cancel them by hand, or wait
                            """,
                        isWarning: true
                    )
                )
            }
            out[store] = (uptimeMilliseconds, page.next)
        }
        return done
    }

    private mutating func list(_ stores: [StoreStanding], _ desk: RetailDesk) throws(RetailError) {
        let names = Set(stores.map(\.store))
        guard names != listed else { return }
        try desk.list(stores)
        listed = names
    }

    private mutating func forget(_ desk: RetailDesk, _ uptimeMilliseconds: Int64) throws(RetailError) {
        if Self.isDue(quotationsAt, Self.quotationsAfterMilliseconds, uptimeMilliseconds) {
            quotationsAt = uptimeMilliseconds
            try desk.forgetQuotations()
        }
        if Self.isDue(logEmptiedAt, Self.logAfterMilliseconds, uptimeMilliseconds), try desk.emptyLog() {
            logEmptiedAt = uptimeMilliseconds
        }
    }

    private static func isDue(_ last: Int64?, _ pause: Int64, _ now: Int64) -> Bool {
        last.map { now - $0 >= pause } ?? true
    }

    /// The one store a round whose demand was looked at longest ago, or never.
    ///
    /// - Returns: how many parts moved.
    private mutating func followDemand(
        _ desk: RetailDesk,
        _ stores: [StoreStanding],
        _ uptimeMilliseconds: Int64
    ) throws(RetailError) -> Int {
        if demandLookedAt.count > stores.count {
            let known = Set(stores.map(\.store))
            demandLookedAt = demandLookedAt.filter { name, _ in known.contains(name) }
        }
        let due = stores.min { (demandLookedAt[$0.store] ?? .min) < (demandLookedAt[$1.store] ?? .min) }
        guard let store = due?.store else { return 0 }
        let last = demandLookedAt[store]
        guard last.map({ uptimeMilliseconds - $0 >= Self.demandAfterMilliseconds }) ?? true else { return 0 }
        demandLookedAt[store] = uptimeMilliseconds
        return try desk.followDemand(at: store)
    }
}

extension RetailDesk {
    /// Stores whose open orders shall move, by policy, and why.
    func storesOut(
        _ stores: [StoreStanding],
        _ silence: Silence,
        uptimeMilliseconds: Int64
    ) throws(RetailError) -> [(store: String, reason: String)] {
        try look { work in
            let policy = try TakeOverPolicy(work)
            guard !policy.isEmpty else { return [] }
            var places: [String: Row] = [:]
            for row in try work.rows("SELECT store_id, region, closed_at FROM store") { places[row.text(0)] = row }
            return stores.compactMap { store in
                let place = places[store.store]
                let reason = policy.reason(
                    for: store,
                    region: place?.textIfAny(1),
                    isClosed: place?.integerIfAny(2) != nil,
                    silentSeconds: silence.seconds(of: store.store, at: uptimeMilliseconds)
                )
                return reason.map { (store.store, $0) }
            }
        }
    }

    func forgetQuotations() throws(RetailError) {
        guard try look(Quotations.areThere) else { return }
        try change { work in try Quotations.forget(work) }
    }

    /// Lets the hub's part of each product at a store follow what was needed there.
    ///
    /// - Returns: how many parts moved.
    func followDemand(at store: String) throws(RetailError) -> Int {
        let changes = try look { work in try DemandLook.changes(at: store, work) }
        guard !changes.isEmpty else { return 0 }
        return try change { work in try DemandLook.make(changes, at: store, work) }
    }

    /// Moves a page of a store's open orders to stores that are online.
    func takeOver(
        _ store: String,
        reason: String,
        after: String?,
        stores: [StoreStanding]
    ) throws(RetailError) -> (moves: TakeOver.Moves, next: String?) {
        func page(_ work: Work) throws -> (orders: [String], next: String?) {
            try TakeOver(work: work).openOrders(at: store, after: after)
        }
        // No lock is taken, and nothing written, where there is nothing to move.
        guard try !look(page).orders.isEmpty else { return (TakeOver.Moves(), nil) }
        return try change(stores) { work in
            let page = try page(work)
            let takeOver = TakeOver(work: work, reason: reason, isToOnline: true)
            return (try takeOver.move(page.orders), page.next)
        }
    }
}
