import ChangeLog
import NIOCore
import NIOPosix
import SyncSession
import Synchronization
import Transport
import Trust
import WireFormat

/// A store's session over the network without a replica: it takes what the hub sends, says in the protocol's words that
/// it has it, and notes down how many rows of one table each checkpoint made visible.
final class ListeningStore {
    /// What one store, or many, have seen.
    final class Notes: Sendable {
        private struct State {
            /// Rows of the table at each checkpoint that brought any, by store.
            var rows: [NodeName: [Int]] = [:]
            /// Rows of all tables that each store has, by checkpoints.
            var all: [NodeName: Int] = [:]
            /// Chunks that stores share are counted once.
            var counted: [[UInt8]: Int] = [:]
            var fault: String?
        }

        private let table: Int
        private let state = Mutex(State())

        /// - Parameter table: its number in the schema.
        init(table: Int) { self.table = table }

        func rows(of store: NodeName) -> [Int] { state.withLock { $0.rows[store] ?? [] } }
        var fault: String? { state.withLock { $0.fault } }

        /// How many stores have seen so many rows in all.
        func stores(having rows: Int) -> Int {
            state.withLock { $0.rows.values.count { $0.reduce(0, +) == rows } }
        }

        /// How many stores have at least so many rows of whatever table.
        func stores(havingInAll rows: Int) -> Int { state.withLock { $0.all.values.count { $0 >= rows } } }

        fileprivate func fail(_ what: String) { state.withLock { $0.fault = $0.fault ?? what } }

        fileprivate func checkpoint(_ rows: Int, of all: Int, at store: NodeName) {
            state.withLock { state in
                state.all[store, default: 0] += all
                if rows > 0 { state.rows[store, default: []].append(rows) }
            }
        }

        fileprivate func count(_ chunk: [UInt8]) throws -> Int {
            if let known = state.withLock({ $0.counted[chunk] }) { return known }
            var (reader, rows) = (ChunkReader(chunk), 0)
            while let row = try reader.next() {
                if row.table == table, case .row = row.content { rows += 1 }
            }
            state.withLock { $0.counted[chunk] = rows }
            return rows
        }
    }

    private var session: StoreSession
    private let connection: Transport.Connection
    private let store: NodeName
    private let notes: Notes
    /// Rows of the round under way: of the table, and of all.
    private var staged = (rows: 0, all: 0)

    /// Dials, and listens until the connection is closed.
    static func connect(
        _ store: NodeName,
        site: SiteID,
        as credentials: NodeCredentials,
        to hub: Endpoint,
        schemaVersion: Int,
        _ notes: Notes
    ) async throws -> Transport.Connection {
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup,
            limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        )
        let hello = Hello(
            versions: Limits.versions,
            program: "listener",
            store: store,
            site: site,
            tag: nil,
            limits: .standard,
            schemaVersion: schemaVersion,
            cursor: .start,
            staged: [],
            stagedEpoch: .none,
            acknowledged: .none,
            sealed: .none,
            acknowledgedHash: .none,
            safe: .start,
            wallMilliseconds: Moment.now.wallMilliseconds
        )
        return try await dialler.connect(to: hub, as: credentials) { connection in
            ListeningStore(connection, store, hello, notes).begin()
        }
    }

    private init(_ connection: Transport.Connection, _ store: NodeName, _ hello: Hello, _ notes: Notes) {
        (self.connection, self.store, self.notes) = (connection, store, notes)
        session = StoreSession(hello: hello)
    }

    private func begin() -> ConnectionEvents {
        let me = NIOLoopBound(self, eventLoop: connection.eventLoop)
        connection.eventLoop.execute { me.value.handle(.connected(.now)) }
        connection.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            guard me.value.connection.isWritable else { return task.cancel() }
            me.value.handle(.tick(.now))
        }
        return ConnectionEvents(
            received: { payload in
                do {
                    if let message = try HubMessage.decode(payload) { me.value.handle(.received(message, .now)) }
                } catch {
                    me.value.notes.fail("\(error)")
                }
            },
            closed: { _ in me.value.handle(.disconnected) }
        )
    }

    private func handle(_ event: StoreSession.Event) {
        for effect in session.handle(event) {
            switch effect {
            case .send(let message): connection.send(message.payload())
            case .compare: handle(.compared(isOwn: true))
            case .storeTag: handle(.tagStored)
            case .stage(let chunk):
                staged.all += chunk.rows
                do { staged.rows += try notes.count(chunk.bytes) } catch { notes.fail("\(error)") }
                handle(.staged(bytes: chunk.windowBytes))
            case .apply(let checkpoint):
                notes.checkpoint(staged.rows, of: staged.all, at: store)
                staged = (0, 0)
                handle(.applied(cursor: checkpoint.cursor, safe: checkpoint.cursor.position))
            case .hangUp(let error):
                notes.fail("\(error)")
                connection.close()
            case .dropStaged: staged = (0, 0)
            case .loadKept: handle(.kept(nil))
            case .beginResync, .online, .measured, .acknowledged, .load, .adoptSchema, .head, .backedUp: break
            }
        }
    }
}
