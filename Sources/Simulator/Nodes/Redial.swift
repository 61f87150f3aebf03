/// How long to wait before the next dial, as the daemons do it: drawn evenly from a floor to a ceiling that doubles with
/// each failure in a row.
struct Redial {
    static let floorMilliseconds: Int64 = 250
    static let ceilingMilliseconds: Int64 = 30_000
    /// After an ending that a person has to look at.
    static let seldomMilliseconds: Int64 = 60_000

    private var failures = 0

    mutating func failed(_ chance: inout Chance) -> Int64 {
        failures += 1
        var most = Self.floorMilliseconds
        for _ in 0..<failures where most < Self.ceilingMilliseconds { most *= 2 }
        return chance.between(Self.floorMilliseconds...min(most, Self.ceilingMilliseconds))
    }

    mutating func succeeded() { failures = 0 }
}
