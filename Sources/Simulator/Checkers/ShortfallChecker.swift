import ChangeLog
import Replica

/// Invariant 4 for copied and reclaimed replicas: what was promised beyond all rights stands in the quarantine while
/// neither the hub has units of the row, nor a site of the store that was fenced before had any left. Each such line is
/// open once. In every snapshot of the hub.
///
/// Law: what a fenced site holds falls by what is taken from it, and rises by its own changesets alone. What it made
/// after the line was written is nobody's debt.
final class ShortfallChecker: Checker {
    let invariant = Invariant.rights

    private static let unpaid = """
        SELECT q.store, q."table", q."key", s.units, r.node, r.units, q.id FROM linli_shortfall s \
        JOIN linli_quarantine q ON q.id = s.quarantine \
        JOIN linli_rights r ON r."table" = q."table" AND r."key" = q."key" AND r.units > 0 \
        WHERE r.node = 'hub' OR EXISTS (SELECT 1 FROM linli_site f JOIN linli_site n \
          ON n.store = f.store AND n.id > f.id AND n.joined_at < q.refused_at \
          WHERE f.store = q.store AND r.node = f.store || '#' || f.site)
        """
    private static let fenced = "SELECT store || '#' || site, number FROM linli_site WHERE state <> 'active'"
    private static let settled = """
        SELECT q.store, q."table", q."key", s.units FROM linli_shortfall s \
        LEFT JOIN linli_quarantine q ON q.id = s.quarantine \
        WHERE q.id IS NULL OR q.settled_at IS NOT NULL OR q.reason <> 'no rights' OR s.units <= 0
        """

    /// A line, and who held nothing when it was written.
    private struct Debt: Hashable {
        let line: Int64
        let holder: String
    }

    /// How far the changesets of fenced sites had come, by holder, at the last look.
    private var numbers: [String: Int64] = [:]
    /// The holder's site handed something in since the line may have been written.
    private var excused: Set<Debt> = []

    func check(_ snapshot: Snapshot) throws {
        guard snapshot.node.isHub else { return }
        let (before, now) = (numbers, try fencedNumbers(snapshot))
        numbers = now
        guard try snapshot.integer("SELECT 1 FROM linli_shortfall LIMIT 1") != nil else { return }
        let unpaid = try snapshot.sql.statement(Self.unpaid)
        defer { unpaid.reset() }
        while try unpaid.step() {
            let debt = Debt(line: unpaid.integer(6), holder: unpaid.string(4))
            if let number = now[debt.holder], before[debt.holder] != number { excused.insert(debt) }
            guard !excused.contains(debt) else { continue }
            throw Broken(
                expected: "what \(unpaid.string(0)) spent beyond its rights is paid while there are units",
                found: "\(unpaid.integer(3)) are owed, and \(debt.holder) has \(unpaid.integer(5))",
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

    private func fencedNumbers(_ snapshot: Snapshot) throws -> [String: Int64] {
        let fenced = try snapshot.sql.statement(Self.fenced)
        defer { fenced.reset() }
        var numbers: [String: Int64] = [:]
        while try fenced.step() { numbers[fenced.string(0)] = fenced.integer(1) }
        return numbers
    }

    func checkAtRest(_ neighbourhood: Neighbourhood) throws {
        try neighbourhood.hub.observer.look { sql in try check(Snapshot(node: .hub, store: nil, sql: sql)) }
    }
}
