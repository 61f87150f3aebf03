/// Which stores something is wrong with, and since when nothing is: so that a checker can tell a store that suffers
/// from its own faults from one that suffers from another's.
///
/// Law: what strikes the hub disturbs every store; so does what strikes nobody in particular.
struct Disturbances {
    /// By store, how many spells go on.
    private var spells: [Int]
    /// By store, when the last one ended.
    private var lastEnd: [Int64]

    init(stores: Int) {
        spells = [Int](repeating: 0, count: stores)
        lastEnd = [Int64](repeating: 0, count: stores)
    }

    /// Nil: something is wrong now.
    func leftAloneSince(_ store: Int) -> Int64? { spells[store] == 0 ? lastEnd[store] : nil }

    /// Something that is over at once.
    mutating func struck(_ store: Int?, at now: Int64) {
        for place in places(store) { lastEnd[place] = max(lastEnd[place], now) }
    }

    mutating func began(_ store: Int?) { for place in places(store) { spells[place] += 1 } }

    mutating func ended(_ store: Int?, at now: Int64) {
        for place in places(store) {
            spells[place] -= 1
            lastEnd[place] = max(lastEnd[place], now)
        }
    }

    private func places(_ store: Int?) -> Range<Int> { store.map { $0..<$0 + 1 } ?? spells.indices }
}
