/// The scopes that receive one row, by their numbers in `linli_scope`. `linli_row_T` names the first; the others stand
/// in `linli_feed`.
struct RowScopes: Hashable {
    /// Nobody: the row stays at the hub.
    static let hub = RowScopes(first: HubScope.hubID)
    static let network = RowScopes(first: HubScope.networkID)

    private(set) var first: Int64
    private(set) var others: [Int64] = []

    init(first: Int64) { self.first = first }

    /// Adds the scopes of `more`: `hub` yields to any other, and `network` holds them all.
    mutating func formUnion(_ more: RowScopes) {
        insert(more.first)
        for scope in more.others { insert(scope) }
    }

    mutating func insert(_ scope: Int64) {
        if scope == HubScope.hubID || first == HubScope.networkID || contains(scope) { return }
        if first == HubScope.hubID || scope == HubScope.networkID {
            self = RowScopes(first: scope)
        } else {
            others.append(scope)
        }
    }

    func contains(_ scope: Int64) -> Bool { first == scope || others.contains(scope) }

    var all: [Int64] { [first] + others }

    func isSameSet(as other: RowScopes) -> Bool {
        if others.isEmpty, other.others.isEmpty { return first == other.first }
        return all.sorted() == other.all.sorted()
    }
}
