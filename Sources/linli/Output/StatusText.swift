import Transport

/// A node's status for people.
struct StatusText {
    let text: String

    init(_ status: NodeStatus) {
        var table = TextTable([status.role == .hub ? "hub" : "store \(status.node)", Self.daemon(status)])
        table.add(["network", status.network + (status.region.isEmpty ? "" : ", region \(status.region)")])
        let former = status.formerSite.map { "; it was \($0), and was copied or restored" } ?? ""
        table.add(["site", status.site + former])
        table.add([status.role == .hub ? "address" : "hub", status.hub])
        table.add(["schema", "\(status.schema.name) version \(status.schema.version)"])
        table.add(["outbox", "\(status.outbox) not acknowledged; acknowledged through \(status.acknowledged)"])
        table.add(["cursor", "\(status.cursor)"])
        if status.role == .store {
            table.add(["lag", status.lagMilliseconds.map { Ago.text(milliseconds: $0) } ?? "not known"])
            table.add(["clock", Self.clock(status.clockOffsetMilliseconds)])
        }
        table.add(["conflicts", "\(status.conflicts)"])
        table.add(["quarantine", "\(status.quarantine)"])
        table.add(["exceptions", "\(status.exceptions)"])
        if let trouble = status.trouble { table.add(["trouble", trouble]) }
        let stores = status.stores ?? []
        let lost = LostChangesets(stores).lines
        text =
            table.text + (stores.isEmpty ? "" : "\n\n" + StoreTable(stores).text)
            + (lost.isEmpty ? "" : "\n\n" + (lost + [LostChangesets.cure]).joined(separator: "\n"))
    }

    private static func daemon(_ status: NodeStatus) -> String {
        guard status.isRunning else { return "stopped" }
        return switch (status.role, status.isConnected) {
        case (.hub, _): "running"
        case (.store, true): "running, connected"
        case (.store, false): "running, not connected"
        }
    }

    private static func clock(_ offset: Int64?) -> String {
        guard let offset else { return "not measured" }
        return offset == 0
            ? "as the hub's" : "\(Ago.text(milliseconds: abs(offset))) \(offset > 0 ? "behind" : "ahead of") the hub's"
    }
}
