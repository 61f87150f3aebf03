import ChangeLog

/// The round in progress: how far each scope has come since the committed cursor, and the chunks that are not on the
/// disk. A short round stays in memory; once it is long, all of its chunks are in changes.db.
///
///     empty -> in memory -> durable -> empty
struct StagedRound {
    private(set) var reach: [Position]
    private(set) var inMemory: [StoreFeed.Chunk] = []
    private(set) var isDurable = false
    private var bytesInMemory = 0

    /// - Parameter position: that of the committed cursor.
    init(from position: Position) { reach = Array(repeating: position, count: FeedScope.allCases.count) }

    /// As changes.db has it after a restart.
    init(from position: Position, durable: [StoreFeed.Staged]) {
        self.init(from: position)
        for staged in durable { reach[Int(staged.scope.rawValue)] = staged.upTo }
        isDurable = !durable.isEmpty
    }

    var isEmpty: Bool { inMemory.isEmpty && !isDurable }

    /// The next chunk of its scope begins where the last one ended.
    func follows(_ chunk: StoreFeed.Chunk) -> Bool {
        chunk.from == reach[Int(chunk.scope.rawValue)] && chunk.upTo >= chunk.from
    }

    func reach(_ scope: FeedScope) -> Position { reach[Int(scope.rawValue)] }

    /// Takes a chunk that `follows`.
    ///
    /// - Returns: the chunks that must be written to disk now; they are no longer held here.
    mutating func take(_ chunk: StoreFeed.Chunk) -> [StoreFeed.Chunk] {
        reach[Int(chunk.scope.rawValue)] = chunk.upTo
        if isDurable { return [chunk] }
        inMemory.append(chunk)
        bytesInMemory += chunk.bytes.count
        guard bytesInMemory > StoreLimits.stagedInMemoryBytesMax else { return [] }
        defer {
            inMemory = []
            bytesInMemory = 0
            isDurable = true
        }
        return inMemory
    }
}
