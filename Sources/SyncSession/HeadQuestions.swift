/// The questions of this node for the hub's head, asked one at a time. A question that comes while one is under way
/// waits for the next: the answer to the one under way may be older than what the asker wants to see.
struct HeadQuestions: Hashable, Sendable {
    /// Of the askers; answered by the question under way.
    private var asked: [UInt64] = []
    private var waiting: [UInt64] = []
    /// The last question's, on the wire.
    private var id: UInt64 = 0
    private var isUnderWay = false

    mutating func ask(_ asker: UInt64) { waiting.append(asker) }

    /// The question to send now, if there is one.
    mutating func next() -> StoreMessage? {
        guard !isUnderWay, !waiting.isEmpty else { return nil }
        isUnderWay = true
        id += 1
        asked = waiting
        waiting = []
        return .askHead(id: id)
    }

    /// - Returns: the askers whom the answer is for.
    mutating func answer(_ id: UInt64) throws(SessionError) -> [UInt64] {
        guard isUnderWay, id == self.id else { throw .fault(.unasked("a head")) }
        isUnderWay = false
        defer { asked = [] }
        return asked
    }
}
