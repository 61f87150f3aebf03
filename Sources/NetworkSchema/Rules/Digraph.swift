/// A directed graph over numbered nodes, to ask whether it runs in a circle.
///
/// Source: Kahn's algorithm; iterative, so that no document can exhaust the stack.
struct Digraph {
    /// Of each node, the nodes it leads to.
    private var successors: [[Int]]

    init(nodes: Int) { successors = Array(repeating: [], count: nodes) }

    /// The same edge may be given more than once.
    mutating func connect(_ node: Int, to successor: Int) { successors[node].append(successor) }

    enum Order: Hashable {
        /// Every node after all that it leads to.
        case acyclic([Int])
        /// The nodes of one circle, the first again at the end.
        case cycle([Int])
    }

    func order() -> Order {
        var open = successors.map(\.count)
        var predecessors = Array(repeating: [Int](), count: successors.count)
        for node in successors.indices {
            for successor in successors[node] { predecessors[successor].append(node) }
        }
        var done = successors.indices.filter { open[$0] == 0 }
        var next = 0
        while next < done.count {
            for node in predecessors[done[next]] {
                open[node] -= 1
                if open[node] == 0 { done.append(node) }
            }
            next += 1
        }
        guard let stuck = open.firstIndex(where: { $0 > 0 }) else { return .acyclic(done) }
        return .cycle(circle(from: stuck, among: open))
    }

    /// Every node with something open leads to another such node, so walking comes round.
    private func circle(from start: Int, among open: [Int]) -> [Int] {
        var path = [start]
        var places = [start: 0]
        while let last = path.last, let next = successors[last].first(where: { open[$0] > 0 }) {
            path.append(next)
            if let place = places[next] { return Array(path[place...]) }
            places[next] = path.count - 1
        }
        return path
    }
}
