import SplitMix
import ChangeLog
import NetworkSchema
import Simulator
import Testing

@testable import Replica

/// A hub and a store on simulated disks, with a till that sells. What the sessions do is done by hand, whole rounds at
/// a time; the power and the processes end whenever the disks say so, and come back.
final class DiskNetwork {
    /// A promise of the network that was not kept, in words.
    struct Broken: Error, CustomStringConvertible { let description: String }

    static let store = NodeName("north") ?? .hub
    static let site = SiteID(0x51)
    static let openingStock = 1_000_000

    let (hubDisk, storeDisk): (SimulatedDisk, SimulatedDisk)
    private let schema: NetworkSchema
    private let tillSynchronous: String
    private(set) var now: Int64 = 1_767_225_600_000
    private var random: SplitMix64
    private var runs: UInt64 = 0

    private var hubProcess: SimulatedProcess
    private var hub: HubReplica?
    private var daemon: SimulatedProcess
    private var replica: StoreReplica?
    private var till: SimulatedProcess
    private var counter: Connection?
    private var isConnected = false
    /// Errors of a disk may come while nothing has ended; whoever met one goes on.
    var expectsErrors = false

    /// Sales by number: how far they have come.
    private enum Sale { case maybe, committed, sealed }
    private var sales: [Sale] = []
    private var sealedNumber = ChangesetNumber.none

    init(_ name: String, tillSynchronous: String, seed: UInt64) throws {
        (hubDisk, storeDisk) = (SimulatedDisk(root: "/\(name)-hub"), SimulatedDisk(root: "/\(name)-store"))
        (hubProcess, daemon, till) = (hubDisk.start(), storeDisk.start(), storeDisk.start())
        schema = try NetworkSchema(yaml: Self.document)
        self.tillSynchronous = tillSynchronous
        random = SplitMix64(seed: seed)
        try found()
    }

    private func found() throws {
        let root = hubDisk.root
        try hubProcess.run {
            try HubReplica.create(
                directory: root,
                schema: schema,
                network: "corner",
                address: "hub:7411",
                site: SiteID(1),
                files: hubProcess,
                nowMilliseconds: now
            )
            let hub = try openHub()
            let stock = try Connection(path: "\(root)/linli.db", pragmas: ReplicaPragmas.hubWriter)
            try stock.write { sql in
                try sql.execute("INSERT INTO item(id, store_id, n) VALUES ('tea', 'north', \(Self.openingStock))")
            }
            try stock.close()
            try hub.seal(nowMilliseconds: now)
            let invited = try hub.invite(
                Self.store,
                region: "east",
                name: "",
                secretHash: [1],
                expiresAt: now + 1000,
                nowMilliseconds: now
            )
            let joined = try hub.join(Self.store, site: Self.site, nowMilliseconds: now) { _ in true }
            try expect(invited && joined == .joined(region: "east"), "the store joins")
        }
        let joined = JoinedStore(
            network: "corner",
            region: "east",
            store: Self.store,
            site: Self.site,
            address: "hub:7411",
            plan: SchemaPlan(schema)
        )
        try daemon.run {
            try StoreReplica.create(directory: storeDisk.root, joined, files: daemon, nowMilliseconds: now)
        }
        try connect()
        try pull()
    }

    private func openHub() throws -> HubReplica {
        runs += 1
        let hub = try HubReplica(directory: hubDisk.root, schema: schema, epoch: Epoch(runs), nowMilliseconds: now)
        self.hub = hub
        return hub
    }

    // MARK: A step, and its end

    /// One random step. A step that meets an end of the power or of its process is given up, and what ended starts
    /// again.
    func step() throws {
        now += 10
        (hubDisk.clockMilliseconds, storeDisk.clockMilliseconds) = (now, now)
        do {
            switch random.below(14) {
            case 0...5: try sell()
            case 6: try seal()
            case 7, 8: try push()
            case 9, 10: try pull()
            case 11: try price()
            case 12: try connect()
            default: _ = try onStore { replica in try replica.tidy(wallMilliseconds: now) }
            }
        } catch let broken as Broken {
            throw broken
        } catch {
            guard recover() || expectsErrors else { throw error }
        }
    }

    /// Starts what has ended; false when nothing has.
    func recover() -> Bool {
        let ended = !hubProcess.isAlive || !daemon.isAlive || !till.isAlive
        if ended { isConnected = false }
        // What no seal had made safe may be gone with the power, where the till did not wait for the disk.
        if !till.isAlive, !daemon.isAlive, tillSynchronous != "FULL" {
            for number in sales.indices where sales[number] == .committed { sales[number] = .maybe }
        }
        if !hubProcess.isAlive { (hub, hubProcess) = (nil, hubDisk.start()) }
        if !daemon.isAlive { (replica, daemon) = (nil, storeDisk.start()) }
        if !till.isAlive { (counter, till) = (nil, storeDisk.start()) }
        return ended
    }

    private func onHub<Result>(_ body: (HubReplica) throws -> Result) throws -> Result {
        try hubProcess.run { try body(try hub ?? openHub()) }
    }

    private func onStore<Result>(_ body: (StoreReplica) throws -> Result) throws -> Result {
        try daemon.run {
            if let replica { return try body(replica) }
            let opened = try StoreReplica(directory: storeDisk.root, files: daemon)
            replica = opened
            try expect(
                opened.lastSealed >= sealedNumber,
                "\(sealedNumber) was sealed, \(opened.lastSealed) is the last"
            )
            return try body(opened)
        }
    }

    private func expect(_ isKept: Bool, _ what: @autoclosure () -> String) throws {
        if !isKept { throw Broken(description: what()) }
    }

    // MARK: The till and the daemon

    private func sell() throws {
        sales.append(.maybe)
        try till.run {
            if counter == nil {
                let pragmas = ["PRAGMA synchronous = \(tillSynchronous)", "PRAGMA wal_autocheckpoint = 30"]
                counter = try Connection(path: StoreReplica.replicaPath(storeDisk.root), pragmas: pragmas)
            }
            try counter?.write { sql in
                try sql.execute(
                    "INSERT INTO sale(id, store_id, item, quantity) VALUES ('\(sales.count - 1)', 'north', 'tea', 1)"
                )
            }
        }
        sales[sales.count - 1] = .committed
    }

    private func seal() throws {
        let before = sales.count
        let header = try onStore { replica in try replica.seal(wallMilliseconds: now) }
        if let header { sealedNumber = header.number }
        for number in 0..<before where sales[number] == .committed { sales[number] = .sealed }
    }

    /// The hub sets a price, so that the next round moves a row that the till moves too.
    private func price() throws {
        try hubProcess.run {
            let office = try Connection(path: "\(hubDisk.root)/linli.db", pragmas: ReplicaPragmas.hubWriter)
            try office.write { sql in try sql.execute("UPDATE item SET price = coalesce(price, 0) + 1") }
            try office.close()
        }
        try onHub { hub in _ = try hub.seal(nowMilliseconds: now) }
    }

    // MARK: What sessions do

    private func connect() throws {
        try onStore { replica in
            let hello = try replica.hello()
            let facts = SessionFacts(
                store: hello.store,
                site: hello.site,
                tag: hello.tag,
                cursor: hello.cursor,
                hasStaged: !hello.staged.isEmpty,
                acknowledged: hello.acknowledged,
                acknowledgedHash: hello.acknowledgedHash,
                sealed: hello.sealed,
                safe: hello.safe
            )
            let answer = try onHub { hub in
                try hub.openSession(facts, isPresentSiteOnline: false, nowMilliseconds: now)
            }
            guard case .opened(let opening) = answer else { throw Broken(description: "refused: \(answer)") }
            try expect(opening.acknowledged >= hello.acknowledged, "the hub forgot what it had acknowledged")
            try expect(opening.resumes, "the hub forgot a position that the store has")
            try replica.storeTag(opening.tag)
            try replica.beginSession(in: opening.epoch)
            try onHub { hub in hub.confirmTag(opening.tag, site: Self.site) }
            try replica.acknowledged(through: opening.acknowledged)
        }
        isConnected = true
    }

    private func push() throws {
        if !isConnected { try connect() }
        try onStore { replica in
            let first = try replica.hello().acknowledged.next
            var changesets: [IncomingChangeset] = []
            for part in try replica.parts(from: first, part: 0, bytesMax: .max) {
                guard let header = part.header else { throw Broken(description: "a segment without a header") }
                if changesets.last?.header != header {
                    changesets.append(IncomingChangeset(header: header, body: .segments([])))
                }
                if case .segments(let segments)? = changesets.last?.body {
                    changesets[changesets.count - 1].body = .segments(segments + [part.bytes])
                }
            }
            guard !changesets.isEmpty else { return }
            let report = try onHub { hub in try hub.merge(changesets, nowMilliseconds: now) }
            for (changeset, outcome) in zip(changesets, report.outcomes) {
                // The hub may have it already, and more: an answer was lost.
                guard case .merged(let through) = outcome, through >= changeset.header.number else {
                    throw Broken(description: "\(changeset.header.number): \(outcome)")
                }
                try replica.acknowledged(through: through)
            }
        }
    }

    private func pull() throws {
        if !isConnected { try connect() }
        try onStore { replica in
            let began = try replica.hello().cursor.position
            let round = FeedRound(site: Self.site, began: began, isComplete: began == .start)
            var read = ScopePositions(began)
            for scope in FeedScope.allCases {
                read[scope] = replica.state.round.reach(scope)
                var isLast = false
                while !isLast {
                    let reading = try onHub { hub in
                        try hub.readChunk(
                            round,
                            scope,
                            after: read[scope],
                            size: ChunkSize(bytesTarget: 4000, rowsMax: 50),
                            nowMilliseconds: now
                        )
                    }
                    guard case .read(let chunk) = reading else { throw Broken(description: "the feed breaks off") }
                    try replica.stage(
                        StoreFeed.Chunk(scope: scope, from: chunk.from, upTo: chunk.upTo, bytes: chunk.bytes)
                    )
                    (read[scope], isLast) = (chunk.upTo, chunk.isLast)
                }
            }
            guard case .read(let checkpoint) = try onHub({ hub in hub.readCheckpoint(round, readUpTo: read) }) else {
                return
            }
            let before = sales.count
            let applied = try replica.apply(checkpoint, wallMilliseconds: now)
            sealedNumber = replica.lastSealed
            // An apply that moves rows seals under its lock.
            if !applied.isLight {
                for number in 0..<before where sales[number] == .committed { sales[number] = .sealed }
            }
            try onHub { hub in hub.noteCommitted(applied.cursor, safe: applied.safe, site: Self.site) }
        }
    }

    // MARK: Judging

    /// Lets everything arrive, and compares both ends with the till's own account.
    func settle() throws {
        for disk in [hubDisk, storeDisk] {
            disk.cancelEnd()
            disk.relieve()
        }
        _ = recover()
        // What the office wrote while no hub ran.
        try onHub { hub in _ = try hub.seal(nowMilliseconds: now) }
        for _ in 0..<2 {
            try connect()
            try seal()
            try push()
            try pull()
        }
        let (atStore, storeStock, storePrice) = try look(storeDisk)
        let (atHub, hubStock, hubPrice) = try look(hubDisk)
        try expect(atStore == atHub, "the store has \(atStore.count) sales, the hub \(atHub.count)")
        for (number, sale) in sales.enumerated() where isPromised(sale) {
            try expect(atHub.contains(number), "sale \(number) is lost (\(sale))")
        }
        try expect(hubStock == Self.openingStock - atHub.count, "the hub has \(hubStock) after \(atHub.count) sales")
        try expect(storeStock == hubStock, "the store has \(storeStock), the hub \(hubStock)")
        try expect(storePrice == hubPrice, "the price is \(storePrice) at the store, \(hubPrice) at the hub")
    }

    private func isPromised(_ sale: Sale) -> Bool {
        switch sale {
        case .maybe: false
        case .committed: tillSynchronous == "FULL"
        case .sealed: true
        }
    }

    private func look(_ disk: SimulatedDisk) throws -> (sales: Set<Int>, stock: Int, price: Int) {
        try disk.observer.run {
            let connection = try Connection(path: StoreReplica.replicaPath(disk.root), pragmas: ReplicaPragmas.reader)
            let found = try connection.read { sql in
                let verdict = try sql.statement("PRAGMA integrity_check").firstBytes() ?? []
                try expect(verdict == Array("ok".utf8), String(decoding: verdict, as: UTF8.self))
                let rows = try sql.statement("SELECT CAST(id AS INTEGER) FROM sale")
                var sales: Set<Int> = []
                while try rows.step() { sales.insert(Int(rows.integer(0))) }
                let stock = try sql.statement("SELECT n FROM item").firstInteger() ?? -1
                let price = try sql.statement("SELECT price FROM item").firstInteger() ?? -1
                return (sales, Int(stock), Int(price))
            }
            try connection.close()
            return found
        }
    }

    private static let document = """
        schema: corner
        version: 1
        currency: CNY
        tables:
          item:
            scope: {store: store_id}
            writer: any
            key: [id]
            columns:
              id: {type: id}
              store_id: {type: text}
              price: {type: integer}
              n: {type: integer, merge: counter}
          sale:
            scope: {store: store_id}
            writer: store
            immutable: true
            key: [id]
            columns:
              id: {type: id}
              store_id: {type: text}
              item: {type: text}
              quantity: {type: integer}
            effects:
              insert: "UPDATE item SET n = n - NEW.quantity WHERE id = NEW.item"
        """
}
