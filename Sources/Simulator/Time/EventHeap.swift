/// Planned events, the next one first: a binary heap, which is one value, so that a whole rise or fall is one access.
struct EventHeap {
    struct Entry {
        var at: Int64
        var sequence: UInt64
        var action: () -> Void

        func isBefore(_ other: Entry) -> Bool { (at, sequence) < (other.at, other.sequence) }
    }

    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        rise(from: entries.count - 1)
    }

    /// - Precondition: there is one.
    mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        sink()
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].isBefore(entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < entries.count else { return }
            if least + 1 < entries.count, entries[least + 1].isBefore(entries[least]) { least += 1 }
            guard entries[least].isBefore(entries[parent]) else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
