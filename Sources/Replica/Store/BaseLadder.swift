import ChangeLog

/// The least base position of the outbox, kept as changesets come and go: a sliding-window minimum.
///
/// Law: numbers and positions both ascend strictly; the first rung is the least position of all changesets since the
/// acknowledged one.
struct BaseLadder: Hashable {
    private var rungs: [(number: ChangesetNumber, position: Position)] = []
    private var first = 0

    var least: Position? { first < rungs.count ? rungs[first].position : nil }

    mutating func sealed(_ number: ChangesetNumber, base: Position) {
        while rungs.count > first, let top = rungs.last, top.position >= base { rungs.removeLast() }
        rungs.append((number, base))
    }

    mutating func acknowledged(through number: ChangesetNumber) {
        while first < rungs.count, rungs[first].number <= number { first += 1 }
        if first > rungs.count / 2 {
            rungs.removeFirst(first)
            first = 0
        }
    }

    static func == (one: Self, other: Self) -> Bool {
        one.rungs[one.first...].elementsEqual(other.rungs[other.first...]) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(least) }
}
