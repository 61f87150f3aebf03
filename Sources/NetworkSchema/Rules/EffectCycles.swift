/// Effects that set off effects: allowed as long as no chain comes back to where it began.
///
/// The nodes of the graph are events (a table and its insert, its delete, or the setting of one of its columns), and
/// an edge leads from an event to every event that one of its statements may bring about. That an INSERT gives a
/// column counts as setting it; that a parent's row is deleted counts as deleting its children.
extension SchemaSource {
    func checkEffectCycles() throws(SchemaError) {
        let children = children()
        var events = EventNumbers()
        var edges: [(from: Int, to: Int)] = []
        for (number, cause) in tables.enumerated() {
            for source in cause.effects {
                let from = events.number(of: CausingEvent(table: number, event: source.effect.event))
                for event in eventsBroughtAbout(by: source.statement, children) {
                    edges.append((from, events.number(of: event)))
                }
            }
        }
        var graph = Digraph(nodes: events.all.count)
        for edge in edges { graph.connect(edge.from, to: edge.to) }
        guard case .cycle(let circle) = graph.order() else { return }
        throw refusal(of: circle.map { events.all[$0] })
    }

    private func refusal(of circle: [CausingEvent]) -> SchemaError {
        let path = circle.map { $0.text(in: tables[$0.table].table) }.joined(separator: " → ")
        let source = tables[circle[0].table].effects.first { $0.effect.event == circle[0].event }
        return (source?.place ?? words.place).refusal(
            "the effects run in a circle: \(path)",
            cure: "take one of them out, or let the application write it"
        )
    }

    private func eventsBroughtAbout(by statement: EffectStatement, _ children: [[Int]]) -> [CausingEvent] {
        guard let number = number(of: statement.table) else { return [] }
        let target = tables[number].table
        var events: [CausingEvent] = []
        switch statement.verb {
        case .insert: events.append(CausingEvent(table: number, event: .insert))
        case .delete:
            events += Self.withDescendants(of: number, children).map { CausingEvent(table: $0, event: .delete) }
        case .update: break
        }
        for name in statement.inserted + statement.updated {
            guard let column = target.column(named: name) else { continue }
            events.append(CausingEvent(table: number, event: .set(column: column)))
        }
        return events
    }

    /// Per table, those whose rows it is a parent of.
    private func children() -> [[Int]] {
        var children = Array(repeating: [Int](), count: tables.count)
        for (number, source) in tables.enumerated() {
            for case .parent(let name, _) in source.table.scopes {
                if let parent = self.number(of: name) { children[parent].append(number) }
            }
        }
        return children
    }

    /// The table, its children, and theirs.
    private static func withDescendants(of table: Int, _ children: [[Int]]) -> [Int] {
        var (found, seen, next) = ([table], Set([table]), 0)
        while next < found.count {
            for child in children[found[next]] where seen.insert(child).inserted { found.append(child) }
            next += 1
        }
        return found
    }
}

/// An event of a table, as a node of the graph.
private struct CausingEvent: Hashable {
    var table: Int
    var event: Effect.Event

    func text(in table: Table) -> String {
        switch event {
        case .insert: "insert \(table.name)"
        case .delete: "delete \(table.name)"
        case .set(let column): "set \(table.name).\(table.columns[column].name)"
        }
    }
}

private struct EventNumbers {
    private(set) var all: [CausingEvent] = []
    private var numbers: [CausingEvent: Int] = [:]

    mutating func number(of event: CausingEvent) -> Int {
        if let number = numbers[event] { return number }
        numbers[event] = all.count
        all.append(event)
        return all.count - 1
    }
}
