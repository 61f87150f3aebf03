public import ChangeLog

/// One scope of the feed, at the writer: its number, and how far each table's part of it reaches.
final class HubScope {
    static let hubID: Int64 = 0
    static let networkID: Int64 = 1

    let id: Int64
    let name: HubScopeName
    /// By table the greatest position of a row of this scope; the last is that of `linli_feed`. May lie above what
    /// still stands there, never below.
    private(set) var heads: [Int64]
    fileprivate(set) var isTouched = false

    fileprivate init(id: Int64, name: HubScopeName, heads: [Int64]) {
        self.id = id
        self.name = name
        self.heads = heads
    }

    fileprivate func raise(_ part: Int, to position: Int64) { heads[part] = max(heads[part], position) }
}

/// Whom a scope's rows reach.
public enum HubScopeName: Hashable, Sendable {
    /// Nobody.
    case hub
    case network
    case region([UInt8])
    case store([UInt8])
    case answers(SiteID)

    var stored: Value {
        switch self {
        case .hub: .text("hub")
        case .network: .text("network")
        case .region(let name): .text(Array("region:".utf8) + name)
        case .store(let name): .text(Array("store:".utf8) + name)
        case .answers(let site): .text("answers:\(site)")
        }
    }

    init?(stored: [UInt8]) {
        if stored.elementsEqual("hub".utf8) {
            self = .hub
        } else if stored.elementsEqual("network".utf8) {
            self = .network
        } else if stored.starts(with: "region:".utf8) {
            self = .region(Array(stored.dropFirst(7)))
        } else if stored.starts(with: "store:".utf8) {
            self = .store(Array(stored.dropFirst(6)))
        } else if stored.starts(with: "answers:".utf8),
            let site = SiteID(String(decoding: stored.dropFirst(8), as: UTF8.self))
        {
            self = .answers(site)
        } else {
            return nil
        }
    }
}

/// All scopes, by number and by name, as the writer sees them: `linli_scope`.
///
/// Law: numbers are dense and are never given anew, so a scope's number is its place here.
final class ScopeRegistry {
    private var scopes: [HubScope] = []
    private var stores: [[UInt8]: HubScope] = [:]
    private var regions: [[UInt8]: HubScope] = [:]
    private var answers: [SiteID: HubScope] = [:]
    /// Rows of one store come together.
    private var lastStore: (name: [UInt8], scope: HubScope)?
    /// Scopes whose heads rose since `settle`, in order of their first change.
    private(set) var touched: [HubScope] = []
    private let insert: Statement
    private let tables: Int

    init(_ sql: SQL, plan: SchemaPlan) throws(ReplicaError) {
        insert = try sql.statement("INSERT INTO linli_scope (id, name) VALUES (?1, ?2)")
        tables = plan.tables.count
        let heads = try plan.tables.map { table throws(ReplicaError) in
            try sql.statement("SELECT max(position) FROM \(table.internalTable("row")) WHERE scope = ?1")
        }
        let feedHead = try sql.statement("SELECT max(position) FROM linli_feed WHERE scope = ?1")
        let all = try sql.statement("SELECT id, name FROM linli_scope ORDER BY id")
        while try all.step() {
            guard let name = HubScopeName(stored: all.bytes(1)), all.integer(0) == scopes.count else {
                all.reset()
                throw .damaged(what: "linli_scope: \(all.string(1))")
            }
            var reach: [Int64] = []
            for head in heads + [feedHead] {
                head.bind(1, all.integer(0))
                reach.append(try head.firstInteger() ?? 0)
            }
            keep(HubScope(id: all.integer(0), name: name, heads: reach))
        }
    }

    subscript(id: Int64) -> HubScope { scopes[Int(id)] }

    var count: Int { scopes.count }

    func store(_ name: [UInt8]) throws(ReplicaError) -> HubScope {
        if let lastStore, lastStore.name == name { return lastStore.scope }
        let scope = if let known = stores[name] { known } else { try make(.store(name)) }
        lastStore = (name, scope)
        return scope
    }

    func region(_ name: [UInt8]) throws(ReplicaError) -> HubScope {
        if let known = regions[name] { known } else { try make(.region(name)) }
    }

    func answers(_ site: SiteID) throws(ReplicaError) -> HubScope {
        if let known = answers[site] { known } else { try make(.answers(site)) }
    }

    /// A row of `table` in this scope stands at `position`; `linli_feed` is the table after the last.
    @inline(__always)
    func touch(_ id: Int64, table: Int, at position: Int64) {
        let scope = scopes[Int(id)]
        scope.raise(table, to: position)
        if !scope.isTouched {
            scope.isTouched = true
            touched.append(scope)
        }
    }

    func touchFeed(_ id: Int64, at position: Int64) { touch(id, table: tables, at: position) }

    /// What was touched is committed and published.
    func settle() {
        for scope in touched { scope.isTouched = false }
        touched = []
    }

    /// Scopes from this number on were made in writes that were taken back.
    func insertAgain(from id: Int) throws(ReplicaError) {
        for scope in scopes[id...] { try insert.bind(1, scope.id).bind(2, scope.name.stored).run() }
    }

    private func make(_ name: HubScopeName) throws(ReplicaError) -> HubScope {
        let id = Int64(scopes.count)
        try insert.bind(1, id).bind(2, name.stored).run()
        let scope = HubScope(id: id, name: name, heads: Array(repeating: 0, count: tables + 1))
        keep(scope)
        return scope
    }

    private func keep(_ scope: HubScope) {
        scopes.append(scope)
        switch scope.name {
        case .hub, .network: break
        case .region(let name): regions[name] = scope
        case .store(let name): stores[name] = scope
        case .answers(let site): answers[site] = scope
        }
    }
}
