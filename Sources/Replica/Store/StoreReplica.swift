public import ChangeLog
import NetworkSchema

/// A store's replica and its change log: sealing up, applying down. Synchronous, without clock or randomness; the
/// daemon and the simulator drive the same code.
///
/// Law: one caller at a time. What the application sees is the hub's state at the cursor with every own changeset on
/// top that this state does not include yet.
///
/// Two files are written, and no transaction spans both. Why a kill or a power cut at any point loses and doubles
/// nothing:
///
/// 1. *Seal.* The captures stand in linli.db, and their numbers are never used again. Their log is synced to disk; then
///    one synced transaction of changes.db appends the changeset and moves `sealed_through` past them. Before it they
///    are unsealed and will be sealed; after it they are sealed and behind `sealed_through`. linli.db is not written.
/// 2. *Apply.* One transaction of linli.db moves the rows, the rights, the lives, the cursor and the count of applies,
///    and carries, in `linli_applied`, the changeset that it sealed under its lock: they stand or fall together, so
///    that the values of that changeset, which the round may overwrite, are never lost. Then the log of linli.db is
///    synced, and only then changes.db takes the carried changeset and drops what belongs to the rounds before:
///    staged chunks, lives, a lighter commit. After a crash in between, `recover` does the same, because the count of
///    applies in changes.db is behind.
/// 3. *A round that changes nothing that SQL can see* is committed in changes.db alone, so that a till's transaction is
///    not disturbed. It counts only while no apply came after it. It needs no sync: if it is lost, the state is that of
///    an older cursor, which is the same state.
/// 4. *Staging.* A chunk is in changes.db, synced, before the handshake names it.
/// 5. Nothing is told to the hub before the above is done.
public final class StoreReplica {
    public let directory: String
    public internal(set) var site: SiteID
    public let name: NodeName
    public let region: String
    /// The schema version in force.
    public internal(set) var plan: SchemaPlan

    /// Like an application's: triggers fire. Sealing reads here, and grants are written here.
    let client: Connection
    /// Rounds are applied here; triggers stand aside.
    let writer: Connection
    let log: Connection
    let files: any FileSystem
    var state: StoreState
    var rounds: [RoundTable] = []
    var shareWatch = ShareWatch()
    var alterations = AlterationWatch()
    var replicaSync: ReplicaSync
    /// False after a failure: what is in memory may be behind the files.
    var isSettled = true
    /// A failure took a part of the round in progress; until the next `hello` nothing of it is staged or applied.
    var isRoundLost = false
    /// A file could not be written or synced.
    var isDiskInDoubt = false
    package var mistakes: PlantedMistakes = []
    var atStep: ((StoreStep) throws(ReplicaError) -> Void)?

    /// Makes the replica of a store that joins: an empty state, ready for its application before the daemon's first
    /// start. The directory exists, and holds no replica.
    public static func create(
        directory: String,
        _ joined: JoinedStore,
        files: any FileSystem = SystemFiles(),
        nowMilliseconds: Int64
    ) throws(ReplicaError) {
        let path = replicaPath(directory)
        guard !files.exists(path) else { throw .exists(file: path) }
        let building = path + ".new"
        try files.removeDatabase(building)
        let connection = try Connection(path: building, pragmas: ReplicaPragmas.creation)
        try connection.write { sql in
            let role = NodeRole.store(joined.store, region: joined.region)
            try ReplicaSchema.create(
                sql,
                plan: joined.plan,
                role: role,
                site: joined.site,
                network: joined.network,
                nowMilliseconds: nowMilliseconds
            )
            try sql.execute(AppliedTable.definition)
            try AppliedTable(sql).begin()
            let settings = Settings(sql)
            try settings.put(.address, joined.address)
            try CommittedBase.start.write(to: settings)
        }
        try connection.close()
        try ChangeLogFile.create(at: logPath(directory), site: joined.site, files: files)
        // linli.db under its name is the last thing that comes: without it, a join is to be repeated.
        try files.rename(building, to: path)
    }

    /// Opens the replica, and settles what a crash left between the two files. Captures of an application that wrote
    /// while no daemon ran are there for the next `seal`.
    public init(directory: String, files: any FileSystem = SystemFiles()) throws(ReplicaError) {
        let path = Self.replicaPath(directory)
        guard files.exists(path) else { throw DirectoryAccess.absence(of: directory) }
        writer = try Connection(path: path, firesTriggers: false, pragmas: ReplicaPragmas.store)
        let facts = try writer.read { sql in
            try ReplicaSchema.checkFormat(sql, file: path)
            let settings = Settings(sql)
            guard case .store(let name, let region) = try settings.role() else {
                throw ReplicaError.wrongRole(file: path, is: "hub", wanted: "store")
            }
            return (name: name, region: region, site: try settings.site(), plan: try SchemaPlan.stored(sql))
        }
        self.directory = directory
        self.files = files
        (name, region, plan) = (facts.name, facts.region, facts.plan)
        client = try Connection(path: path, pragmas: ReplicaPragmas.store)
        let logPath = Self.logPath(directory)
        guard files.exists(logPath) else { throw .notOfOneTime(file: logPath) }
        log = try ChangeLogFile.open(at: logPath)
        for connection in [writer, log] { try connection.use { sql in try sql.rewriteLog() } }
        site = try Self.settledSite(writer, log, site: facts.site)
        replicaSync = ReplicaSync(path: path, files: files)
        state = try Self.recover(
            writer: writer,
            log: log,
            files: files,
            directory: directory,
            site: site,
            store: facts.name,
            plan: facts.plan
        )
        try prepareRounds()
    }

    /// Writes what is only in memory and closes the files. Nothing may be called afterwards.
    public func close() throws(ReplicaError) {
        try flush()
        try client.close()
        try writer.close()
        try log.close()
    }

    /// The last number sealed; 0 before the first.
    public var lastSealed: ChangesetNumber { state.last }

    public static func replicaPath(_ directory: String) -> String { directory + "/linli.db" }
    static func logPath(_ directory: String) -> String { directory + "/" + ChangeLogFile.name }

    var overlayWriter: OverlayWriter { OverlayWriter(site: site, holder: name.text) }

    func step(_ step: StoreStep) throws(ReplicaError) { try atStep?(step) }

    func prepareRounds() throws(ReplicaError) {
        rounds = plan.tables.map { RoundTable($0) }
        try writer.use { sql in
            try sql.execute("PRAGMA temp.cache_size = -\(StoreLimits.roundMemoryKibibytes)")
            try RoundTables(rounds).create(sql)
        }
    }
}

/// What a store learns when it joins.
public struct JoinedStore: Sendable {
    public var network: String
    public var region: String
    public var store: NodeName
    public var site: SiteID
    /// HOST:PORT of the hub.
    public var address: String
    public var plan: SchemaPlan

    public init(
        network: String,
        region: String,
        store: NodeName,
        site: SiteID,
        address: String,
        plan: SchemaPlan
    ) {
        self.network = network
        self.region = region
        self.store = store
        self.site = site
        self.address = address
        self.plan = plan
    }
}
