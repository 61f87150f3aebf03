import ChangeLog
import Foundation
import NetworkSchema
import NIOCore
import NIOPosix
import Rehearsal
import Replica
import SyncSession
import Transport
import Trust
import WireFormat

/// What the hub's daemon holds for each idle connected store: real TLS sessions of stores that have nothing to say.
struct IdleBench {
    let directory: String
    let binary: String

    func run(stores: Int, _ report: (BenchLine) -> Void) async throws {
        let schema = directory + "/bench.yaml"
        try Data(BenchTable.yaml.utf8).write(to: URL(fileURLWithPath: schema))
        let data = directory + "/hub"
        let port = try FreePort.find()
        _ = try CommandRun.output(
            binary,
            ["hub", "init", "--data", data, "--name", "bench", "--schema", schema, "--address", "127.0.0.1:\(port)"]
        )
        let credentials = try register(stores, data: data)
        let hub = try ChildDaemon(
            binary: binary,
            ["hub", "run", "--data", data, "--listen", "127.0.0.1:\(port)"],
            log: directory + "/hub.log"
        )
        do {
            try await hub.says("listening on ")
            guard let endpoint = Endpoint(host: "127.0.0.1", port: UInt16(port)) else { throw BenchFailure.incomplete }
            let before = try Self.residentKibibytes(hub.identifier)
            let idle = try await connect(credentials, to: endpoint)
            // Past the first heartbeat, so that what a session needs once in a while is there.
            try await Task.sleep(for: .milliseconds(Limits.heartbeatMilliseconds + 1_000))
            let after = try Self.residentKibibytes(hub.identifier)
            report(
                BenchLine(
                    "hub memory per idle connected store, of \(stores)",
                    Double(after - before) / Double(stores),
                    "KiB",
                    target: 80,
                    isUpperBound: true
                )
            )
            for connection in idle { connection.close() }
        } catch {
            hub.stop()
            throw error
        }
        hub.stop()
    }

    /// Registers the stores and makes their certificates, as so many joins would.
    private func register(_ stores: Int, data: String) throws -> [(store: NodeName, site: SiteID, NodeCredentials)] {
        let authority = try KeyFiles(dataDirectory: data).authority()
        let schema = try NetworkSchema(yaml: BenchTable.yaml)
        let hub = try HubReplica(directory: data, schema: schema, epoch: Epoch(7), nowMilliseconds: 1)
        var made: [(store: NodeName, site: SiteID, NodeCredentials)] = []
        for number in 1...stores {
            guard let store = NodeName("store-\(number)") else { throw BenchFailure.incomplete }
            let site = SiteID(UInt64(number))
            _ = try hub.invite(store, region: "", name: "", secretHash: [1], expiresAt: .max, nowMilliseconds: 1)
            _ = try hub.join(store, site: site, nowMilliseconds: 1) { _ in true }
            let identity = PeerIdentity(network: authority.network, node: store)
            let key = NodeKey()
            let certificate = try authority.issue(
                identity,
                for: SigningRequest(der: key.signingRequest(as: identity)),
                validity: Validity(lifetimeMilliseconds: Validity.storeMilliseconds, from: Moment.now.wallMilliseconds)
            )
            made.append(
                (store, site, try NodeCredentials(key: key, certificate: certificate, authority: authority.certificate))
            )
        }
        try hub.close()
        return made
    }

    private func connect(
        _ stores: [(store: NodeName, site: SiteID, NodeCredentials)],
        to endpoint: Endpoint
    ) async throws -> [Transport.Connection] {
        let dialler = Dialler(
            on: .singletonMultiThreadedEventLoopGroup,
            limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
        )
        var connections: [Transport.Connection] = []
        for (store, site, credentials) in stores {
            connections.append(
                try await dialler.connect(to: endpoint, as: credentials) { connection in
                    IdleStore(connection, store: store, site: site).begin()
                }
            )
        }
        return connections
    }

    private static func residentKibibytes(_ process: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        guard let kibibytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap({ Int($0) })
        else { throw BenchFailure.incomplete }
        return kibibytes
    }
}

/// A store's session without a replica: it stores nothing and has nothing, and says so in the protocol's words.
private final class IdleStore {
    private var session: StoreSession
    private let connection: Transport.Connection

    init(_ connection: Transport.Connection, store: NodeName, site: SiteID) {
        self.connection = connection
        session = StoreSession(
            hello: Hello(
                versions: Limits.versions,
                program: "linli bench",
                store: store,
                site: site,
                tag: nil,
                limits: .standard,
                schemaVersion: 1,
                cursor: .start,
                staged: [],
                stagedEpoch: .none,
                acknowledged: .none,
                sealed: .none,
                acknowledgedHash: .none,
                safe: .start,
                wallMilliseconds: 0
            )
        )
    }

    func begin() -> ConnectionEvents {
        let idle = NIOLoopBound(self, eventLoop: connection.eventLoop)
        connection.eventLoop.execute { idle.value.handle(.connected(.now)) }
        connection.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            guard idle.value.connection.isWritable else { return task.cancel() }
            idle.value.handle(.tick(.now))
        }
        return ConnectionEvents(
            received: { payload in
                do {
                    guard let message = try HubMessage.decode(payload) else { return }
                    idle.value.handle(.received(message, .now))
                } catch {
                    idle.value.connection.close()
                }
            },
            closed: { _ in idle.value.handle(.disconnected) }
        )
    }

    private func handle(_ event: StoreSession.Event) {
        for effect in session.handle(event) {
            switch effect {
            case .send(let message): connection.send(message.payload())
            case .compare: handle(.compared(isOwn: true))
            case .storeTag: handle(.tagStored)
            case .stage(let chunk): handle(.staged(bytes: chunk.windowBytes))
            case .apply(let checkpoint):
                handle(.applied(cursor: checkpoint.cursor, safe: checkpoint.cursor.position))
            case .hangUp: connection.close()
            case .loadKept: handle(.kept(nil))
            case .dropStaged, .beginResync, .online, .measured, .acknowledged, .load, .adoptSchema, .head, .backedUp:
                break
            }
        }
    }
}
