import ChangeLog

/// The parts of changesets that left the store and are not answered yet. Both ends keep it alike: the store to know
/// what it may send, the hub to see that it does not send more.
///
/// Law: a part is added only while `bytes < bytesMax`, so that never more than the window and one part are under way.
/// The hub's count never exceeds the store's, since an answer reaches the store after it left the hub.
struct PushWindow: Hashable, Sendable {
    private struct Part: Hashable, Sendable {
        var number: ChangesetNumber
        var part: Int
        var bytes: Int
    }

    let bytesMax: Int
    private(set) var bytes = 0
    /// In the order in which they left.
    private var parts: [Part] = []

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Parts may be added until they sum up to this; zero or less when none may.
    var room: Int { bytesMax - bytes }

    mutating func add(_ part: PushPart) {
        parts.append(Part(number: part.number, part: part.part, bytes: part.windowBytes))
        bytes += part.windowBytes
    }

    /// Changesets through `number` were acknowledged.
    mutating func acknowledge(through number: ChangesetNumber) {
        remove(parts.prefix { $0.number <= number }.count)
    }

    /// The hub holds the first `count` parts of `number`.
    mutating func hold(number: ChangesetNumber, count: Int) {
        var held = 0
        parts.removeAll { part in
            let isHeld = part.number == number && part.part < count
            if isHeld { held += part.bytes }
            return isHeld
        }
        bytes -= held
        if parts.isEmpty { parts = [] }
    }

    private mutating func remove(_ count: Int) {
        for part in parts.prefix(count) { bytes -= part.bytes }
        // An idle session keeps no buffer.
        if count == parts.count { parts = [] } else { parts.removeFirst(count) }
    }
}
