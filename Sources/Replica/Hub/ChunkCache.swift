import Synchronization

/// Encoded chunks of network and regions: a price change for ten thousand stores is read and encoded once.
///
/// Law: a chunk holds every entry that stood in its scope after `from` and up to `upTo` when it was read; an entry that
/// has moved on since stands beyond `upTo`, where whoever reads the chunk reads on. Only the collection of garbage takes
/// entries away, and it empties the cache.
final class ChunkCache: Sendable {
    struct Entry: Sendable {
        let scope: Int64
        /// The position after which it was read.
        let from: Int64
        let chunk: SharedChunk
    }

    struct SharedChunk: Sendable {
        /// The position of its first entry: any reader that stands at or after `from` and before it may have it.
        let first: Int64
        let upTo: Int64
        let rows: Int
        let bytes: [UInt8]
        let seal: [UInt8]
        let author: ChunkAuthor
    }

    private struct State {
        /// By scope, the latest read last.
        var entries: [Int64: [Entry]] = [:]
        /// Scopes of the entries, the oldest first.
        var order: [Int64] = []
        var bytes = 0
        /// How often the cache was emptied.
        var generation = 0
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// A chunk that begins with the first entry after `after`.
    func chunk(of scope: Int64, after: Int64) -> SharedChunk? {
        state.withLock { state in
            state.entries[scope]?.last { $0.from <= after && after < $0.chunk.first }?.chunk
        }
    }

    /// To be asked before the snapshot in which a chunk is read.
    var generation: Int { state.withLock { $0.generation } }

    /// Keeps a chunk, unless the cache was emptied since `generation`.
    func keep(_ chunk: SharedChunk, of scope: Int64, after: Int64, generation: Int) {
        state.withLock { state in
            guard state.generation == generation, chunk.bytes.count <= bytesMax else { return }
            state.entries[scope, default: []].append(Entry(scope: scope, from: after, chunk: chunk))
            state.order.append(scope)
            state.bytes += chunk.bytes.count
            while state.bytes > bytesMax { Self.dropOldest(&state) }
        }
    }

    func empty() {
        state.withLock { state in
            state.entries = [:]
            state.order = []
            state.bytes = 0
            state.generation += 1
        }
    }

    private static func dropOldest(_ state: inout State) {
        guard let scope = state.order.first else { return }
        state.order.removeFirst()
        guard let oldest = state.entries[scope]?.first else { return }
        state.entries[scope]?.removeFirst()
        state.bytes -= oldest.chunk.bytes.count
    }
}
