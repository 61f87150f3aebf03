/// Which captures are whose effects, from the rows that begin and end an effect in the capture.
///
/// Law: spans nest. A begin without a matching end attributes nothing.
struct EffectSpans {
    /// Captures strictly between `begin` and `end` are effects of the capture `cause`.
    struct Span {
        var begin: Int32
        var end: Int32
        var cause: Int32
    }

    private var spans: [Span] = []
    private var open: [(begin: Int32, row: Int?, cause: Int32?)] = []

    var isEmpty: Bool { spans.isEmpty }

    /// - Parameters:
    ///   - row: the row of the cause; nil when it was not captured.
    ///   - cause: its latest capture.
    mutating func begin(at capture: Int, row: Int?, cause: Int32?) {
        open.append((Int32(truncatingIfNeeded: capture), row, cause))
    }

    mutating func end(at capture: Int, row: Int?) {
        guard let place = open.lastIndex(where: { $0.row == row }) else { return }
        let (begin, _, cause) = open[place]
        open.removeSubrange(place...)
        guard let cause else { return }
        spans.append(Span(begin: begin, end: Int32(truncatingIfNeeded: capture), cause: cause))
    }

    /// No more rows come.
    mutating func close() {
        open = []
        spans.sort { $0.begin < $1.begin }
    }

    /// Walks the captures in order and says whose effect each is.
    struct Walk {
        private let spans: [Span]
        private var next = 0
        private var around: [Span] = []

        init(_ spans: EffectSpans) { self.spans = spans.spans }

        /// The capture whose effect this one is; nil for the application's own write. Captures are asked in order.
        mutating func cause(of capture: Int) -> Int32? {
            guard !spans.isEmpty else { return nil }
            while next < spans.count, spans[next].begin < capture {
                around.append(spans[next])
                next += 1
            }
            while let inner = around.last, inner.end < capture { around.removeLast() }
            return around.last?.cause
        }
    }
}
