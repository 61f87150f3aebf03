/// What will happen, in order of virtual time; what falls on one moment happens in the order in which it was planned.
///
/// Law: the order depends on the calls alone.
public final class EventQueue {
    /// Milliseconds since the run began.
    public private(set) var now: Int64 = 0
    /// Events that happened.
    public private(set) var happened: UInt64 = 0
    private var planned: UInt64 = 0
    private var heap = EventHeap()

    public init() {}

    /// Plans an event; one for a moment that has passed happens next.
    public func plan(after delayMilliseconds: Int64, _ action: @escaping () -> Void) {
        planned += 1
        heap.insert(EventHeap.Entry(at: now + max(delayMilliseconds, 0), sequence: planned, action: action))
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
        heap.removeFirst()
        next.action()
        return true
    }

    /// Forgets what was planned.
    public func clear() { heap = EventHeap() }
}
