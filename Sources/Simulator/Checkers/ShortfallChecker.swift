import ChangeLog
import Replica

/// Invariant 4 for copied and reclaimed replicas: what was promised beyond all rights stands in the quarantine while
/// neither the hub has units of the row, nor a site of the store that was fenced before had any left. Each such line is
/// open once. In every snapshot of the hub.
final class ShortfallChecker: Checker {
    let invariant = Invariant.rights

    private static let unpaid = """
        SELECT q.store, q."table", q."key", s.units, r.node, r.units FROM linli_shortfall s \
        JOIN linli_quarantine q ON q.id = s.quarantine \
        JOIN linli_rights r ON r."table" = q."table" AND r."key" = q."key" AND r.units > 0 \
        WHERE r.node = 'hub' OR EXISTS (SELECT 1 FROM linli_site f JOIN linli_site n \
          ON n.store = f.store AND n.id > f.id AND n.joined_at < q.refused_at \
          WHERE f.store = q.store AND r.node = f.store || '#' || f.site)
        """
    private static let settled = """
        SELECT q.store, q."table", q."key", s.units FROM linli_shortfall s \
        LEFT JOIN linli_quarantine q ON q.id = s.quarantine \
        WHERE q.id IS NULL OR q.settled_at IS NOT NULL OR q.reason <> 'no rights' OR s.units <= 0
        """

    func check(_ snapshot: Snapshot) throws {
        guard snapshot.node.isHub, try snapshot.integer("SELECT 1 FROM linli_shortfall LIMIT 1") != nil else { return }
        let unpaid = try snapshot.sql.statement(Self.unpaid)
        defer { unpaid.reset() }
        if try unpaid.step() {
            throw Broken(
                expected: "what \(unpaid.string(0)) spent beyond its rights is paid while there are units",
                found: "\(unpaid.integer(3)) are owed, and \(unpaid.string(4)) has \(unpaid.integer(5))",
                subject: "\(unpaid.string(1)) \(unpaid.string(2))"
            )
        }
        let settled = try snapshot.sql.statement(Self.settled)
        defer { settled.reset() }
        guard try settled.step() else { return }
        throw Broken(
            expected: "an open line of the quarantine for what is owed",
            found: "none for \(settled.integer(3)) units",
            subject: "\(settled.string(1)) \(settled.string(2))"
        )
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in try check(Snapshot(node: .hub, store: nil, sql: sql)) }
    }
}
