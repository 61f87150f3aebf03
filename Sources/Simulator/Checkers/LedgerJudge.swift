import Replica

/// Holds what stands at the hub against what clients were told.
///
///     committed   stands
///     refused     does not
///     unanswered  either
struct LedgerJudge {
    private let ledger: Ledger

    init(_ ledger: Ledger) { self.ledger = ledger }

    /// What one write made.
    func one(_ isThere: Bool, _ write: Int, _ subject: String) throws {
        switch ledger.fate(of: write) {
        case .committed where !isThere:
            throw Broken(expected: "it was acknowledged", found: "the hub lacks it", subject: subject, write: write)
        case .refused where isThere:
            throw Broken(expected: "it was refused", found: "the hub has it", subject: subject, write: write)
        default: break
        }
    }

    /// What any of several writes made.
    func any(_ isThere: Bool, _ writes: [Int], _ subject: String) throws {
        if !isThere, let write = writes.first(where: { ledger.fate(of: $0) == .committed }) {
            throw Broken(expected: "it was acknowledged", found: "the hub lacks it", subject: subject, write: write)
        }
        if isThere, writes.isEmpty {
            throw Broken(expected: "nobody wrote it", found: "the hub has it", subject: subject)
        }
    }

    /// Nothing stands that nobody wrote.
    func noOther(_ there: Set<String>, _ known: [String], _ table: String) throws {
        guard let stranger = there.subtracting(known).min() else { return }
        throw Broken(expected: "nobody wrote it", found: "the hub has it", subject: "\(table) \(stranger)")
    }
}

extension SQL {
    /// The first column of every row.
    func texts(_ query: String) throws -> Set<String> {
        let row = try statement(query)
        var texts: Set<String> = []
        while try row.step() { texts.insert(row.string(0)) }
        return texts
    }
}
