/// Exceptions: what a person must settle, and the trace that somebody did.
enum SettleCommands {
    private static let rowsMax = 500

    static let all: [RetailCommand] = [
        .ask(
            "exceptions",
            at: .both,
            [.manager],
            "What merging cannot solve and a person must, each with both sides.",
            [.optional("exception", .name, "one kind; all")]
        ) { try list($0, $1) },
        .change(
            "settle",
            at: .both,
            [.manager],
            "Settles one exception as it stands, with a trace; what happens again shows again.",
            [
                Field("exception", .name, "its kind, as shortfall"), Field("subject", .name, "its subject"),
                .optional("note", .note, "what was done"), .optional("by", .name, "who did it"),
            ]
        ) { try settle($0, $1) },
    ]

    private static func views(_ work: Work) throws -> [String] {
        try work.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB 'exception_*' ORDER BY name"
        ).map { $0.text(0) }
    }

    private static func list(_ request: Arguments, _ work: Work) throws -> JSONValue {
        var found: [JSONValue] = []
        for view in try views(work) {
            let kind = String(view.dropFirst("exception_".count))
            if let wanted = request.textIfAny("exception"), wanted != kind { continue }
            let names = try work.rows("SELECT name FROM pragma_table_info(?1) ORDER BY cid", view).map { $0.text(0) }
            for row in try work.rows("SELECT * FROM \"\(view)\" LIMIT \(rowsMax)") {
                guard case .object(var members) = row.object(names) else { continue }
                members["exception"] = .text(kind)
                if let since = members["since"]?.integer { members["age_ms"] = .integer(max(0, work.now - since)) }
                found.append(.object(members))
            }
        }
        return ["exceptions": .list(found)]
    }

    private static func settle(_ request: Arguments, _ work: Work) throws -> JSONValue {
        let (kind, subject) = (request.text("exception"), request.text("subject"))
        let view = "exception_\(kind)"
        guard try views(work).contains(view) else {
            throw RetailError(
                .notFound,
                kind,
                "there is no exception called \(GTIN.shown(kind))",
                cure:
                    "they are \(try views(work).map { String($0.dropFirst("exception_".count)) }.joined(separator: ", "))"
            )
        }
        let other = kind == "transfer_mismatch" ? "from_store" : "NULL"
        let rows = try work.rows("SELECT since, store_id, \(other) FROM \"\(view)\" WHERE subject = ?1", subject)
        guard !rows.isEmpty else {
            throw RetailError(
                .notFound,
                subject,
                "\(GTIN.shown(subject)) is no open \(kind)",
                cure: "it is settled already, or the facts have changed; list them anew"
            )
        }
        for row in rows {
            try work.run(
                """
                INSERT INTO settlement(exception, subject, since, store_id, other_store, note, settled_by, settled_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """,
                kind,
                subject,
                row.integer(0),
                row.textIfAny(1),
                row.textIfAny(2),
                request.textIfAny("note"),
                request.textIfAny("by") ?? work.node,
                work.now
            )
        }
        return ["exception": .text(kind), "subject": .text(subject), "settled": .integer(Int64(rows.count))]
    }
}
