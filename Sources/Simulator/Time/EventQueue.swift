/// What will happen, in order of virtual time; what falls on one moment happens in the order in which it was planned.
///
/// Law: the order depends on the calls alone.
public final class EventQueue {
    private struct Entry {
        var at: Int64
        var sequence: UInt64
        var action: () -> Void

        func isBefore(_ other: Entry) -> Bool { (at, sequence) < (other.at, other.sequence) }
    }

    /// Milliseconds since the run began.
    public private(set) var now: Int64 = 0
    /// Events that happened.
    public private(set) var happened: UInt64 = 0
    private var planned: UInt64 = 0
    /// A binary heap, the next event first.
    private var heap: [Entry] = []

    public init() {}

    /// Plans an event; one for a moment that has passed happens next.
    public func plan(after delayMilliseconds: Int64, _ action: @escaping () -> Void) {
        planned += 1
        heap.append(Entry(at: now + max(delayMilliseconds, 0), sequence: planned, action: action))
        rise(from: heap.count - 1)
    }

    /// Lets the next event happen, unless it lies after `end`.
    ///
    /// - Returns: false when there was none; then `now` is `end`.
    public func step(until end: Int64) -> Bool {
        guard let next = heap.first, next.at <= end else {
            now = max(now, end)
            return false
        }
        now = next.at
        happened += 1
        removeFirst()
        next.action()
        return true
    }

    /// Forgets what was planned.
    public func clear() { heap = [] }

    private func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        sink()
    }

    private func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private func sink() {
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < heap.count else { return }
            if least + 1 < heap.count, heap[least + 1].isBefore(heap[least]) { least += 1 }
            guard heap[least].isBefore(heap[parent]) else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
