/// Who may spend how much of one escrow column of one row.
///
/// Law: rights are conserved by construction. Units are only minted and spent together with the column itself, or
/// passed from one holder to another; so the units of all holders add up to the column minus its floor, and none is
/// negative, in every state that these verbs can reach.
public struct Ledger: Hashable, Sendable {
    /// Units by holder (`hub`, a store's name, or `STORE#SITE`), in order of name; none is zero or negative.
    public private(set) var holdings: [(holder: String, units: Int64)]

    public init() { holdings = [] }

    /// Reads a stored ledger; nil when a holder stands twice or has less than nothing, or all have more than 64 bits.
    public init?(_ stored: [(holder: String, units: Int64)]) {
        let ordered = stored.filter { $0.units != 0 }.sorted {
            $0.holder.utf8.lexicographicallyPrecedes($1.holder.utf8)
        }
        var total: Int64 = 0
        for (index, one) in ordered.enumerated() {
            let (sum, isOver) = total.addingReportingOverflow(one.units)
            guard one.units > 0, !isOver, index == 0 || ordered[index - 1].holder != one.holder else { return nil }
            total = sum
        }
        holdings = ordered
    }

    public var total: Int64 { holdings.reduce(0) { $0 + $1.units } }

    public func units(of holder: String) -> Int64 { holdings.first { $0.holder == holder }?.units ?? 0 }

    /// Both the column and the holder's units rise. False, and nothing happens, beyond 64 bits.
    public mutating func mint(_ units: Int64, by holder: String) -> Bool {
        precondition(units >= 0)
        guard !total.addingReportingOverflow(units).overflow else { return false }
        put(holder, self.units(of: holder) + units)
        return true
    }

    /// Takes units from `holders` in turn until `units` are found.
    ///
    /// - Returns: what was taken, by which the column falls; less than asked for is a shortfall.
    public mutating func spend(_ units: Int64, from holders: [String]) -> Int64 {
        var missing = units
        for holder in holders where missing > 0 {
            let taken = min(missing, self.units(of: holder))
            put(holder, self.units(of: holder) - taken)
            missing -= taken
        }
        return units - missing
    }

    /// Passes units on; at most what the giver holds.
    ///
    /// - Returns: what was passed.
    public mutating func grant(_ units: Int64, from giver: String, to receiver: String) -> Int64 {
        let passed = min(units, self.units(of: giver))
        guard passed > 0 else { return 0 }
        put(giver, self.units(of: giver) - passed)
        put(receiver, self.units(of: receiver) + passed)
        return passed
    }

    private mutating func put(_ holder: String, _ units: Int64) {
        let place = holdings.firstIndex { !$0.holder.utf8.lexicographicallyPrecedes(holder.utf8) } ?? holdings.count
        let stands = place < holdings.count && holdings[place].holder == holder
        switch (stands, units > 0) {
        case (true, true): holdings[place].units = units
        case (true, false): holdings.remove(at: place)
        case (false, true): holdings.insert((holder, units), at: place)
        case (false, false): break
        }
    }

    public static func == (one: Self, other: Self) -> Bool {
        one.holdings.elementsEqual(other.holdings) { $0.holder == $1.holder && $0.units == $1.units }
    }

    public func hash(into hasher: inout Hasher) {
        for one in holdings {
            hasher.combine(one.holder)
            hasher.combine(one.units)
        }
    }
}
