import NIOPosix
import StoreNode
import SyncSession
import Transport
import Trust

/// Daemon, clock, certificate and connection of a node.
struct NodeChecks {
    let directory: String
    let status: NodeStatus
    let now: Int64

    func findings() async -> [Finding] {
        var found = [daemon, clock] + certificates
        if status.role == .store { found.append(await log()) }
        found.append(await connection())
        if let waiting { found.append(waiting) }
        found += LostChangesets(status.stores ?? []).lines.map { line in
            Finding("lost disk", .attention, line, cure: LostChangesets.cure)
        }
        return found
    }

    private var daemon: Finding {
        guard status.isRunning else {
            let role = status.role == .hub ? "hub" : "store"
            return Finding(
                "daemon",
                .attention,
                "no daemon runs on \(directory)",
                cure: "start it with `linli \(role) run --data \(directory)`, or its systemd unit"
            )
        }
        guard let trouble = status.trouble else {
            return Finding("daemon", .ok, "it runs, and nothing stands in its way")
        }
        let parts = trouble.split(separator: "; ", maxSplits: 1).map(String.init)
        return Finding("daemon", .wrong, parts[0], cure: parts.count > 1 ? parts[1] : nil)
    }

    /// A store's change log, link by link, and its rights, row by row.
    private func log() async -> Finding {
        do {
            let checked = try await NodeDirectory.ask(
                directory,
                .check,
                as: CheckedReplica.self,
                timeoutMilliseconds: DoctorLimits.checkMilliseconds
            ) { try StoreNode.checkAtRest(directory: directory) }
            guard let first = checked.damage.first else {
                return Finding("change log", .ok, "each changeset follows the one before it, and the rights add up")
            }
            let parts = first.split(separator: "; ", maxSplits: 1).map(String.init)
            return Finding("change log", .wrong, parts[0], cure: parts.count > 1 ? parts[1] : nil)
        } catch {
            return Finding("change log", .wrong, of: error)
        }
    }

    private var clock: Finding {
        let cure = "set the clock, and let NTP keep it"
        guard now >= DoctorLimits.clockMillisecondsLeast else {
            return Finding("clock", .wrong, "this machine's clock is in the past: it lost its battery", cure: cure)
        }
        guard let offset = status.clockOffsetMilliseconds else {
            return Finding("clock", .unknown, "it was not measured since the daemon started: no session with the hub")
        }
        let text = offset == 0 ? "as the hub's" : "\(abs(offset)) ms \(offset > 0 ? "behind" : "ahead of") the hub's"
        if abs(offset) >= DoctorLimits.offsetMillisecondsWrong { return Finding("clock", .wrong, text, cure: cure) }
        if abs(offset) >= DoctorLimits.offsetMillisecondsAttention {
            return Finding("clock", .attention, text, cure: cure)
        }
        return Finding("clock", .ok, text)
    }

    private var certificates: [Finding] {
        let credentials: NodeCredentials
        do { credentials = try KeyFiles(dataDirectory: directory).credentials() } catch {
            return [Finding("certificate", .wrong, of: error)]
        }
        return [
            certificate("the node's certificate", credentials.certificate.validity),
            certificate("the authority's certificate", credentials.authority.validity),
        ]
    }

    private func certificate(_ name: String, _ validity: Validity) -> Finding {
        let left = validity.notAfterMilliseconds - now
        let until = validity.endText
        let cure =
            status.role == .hub
            ? "start the hub's daemon, which renews it" : "bring the store to its hub, which renews it; else join again"
        if left <= 0 { return Finding("certificate", .wrong, "\(name) ended \(until)", cure: cure) }
        if left < DoctorLimits.certificateMillisecondsWrong {
            return Finding("certificate", .wrong, "\(name) ends \(until)", cure: cure)
        }
        return Finding("certificate", .ok, "\(name) is good until \(until)")
    }

    /// At a store: its session, or else a handshake of our own. At a hub: who was heard of.
    private func connection() async -> Finding {
        if status.role == .hub { return stores }
        if status.isConnected { return Finding("connection", .ok, "a session with the hub at \(status.hub) stands") }
        do {
            let endpoint = try Endpoint(parsing: status.hub)
            let credentials = try KeyFiles(dataDirectory: directory).credentials()
            let dialler = Dialler(
                on: .singletonMultiThreadedEventLoopGroup,
                limits: TransportLimits(frameBytesMax: Limits.standard.frameBytesMax)
            )
            _ = try await dialler.connect(to: endpoint, as: credentials) { connection in
                connection.close()
                return ConnectionEvents(received: { _ in }, closed: { _ in })
            }
            return Finding("connection", .ok, "the hub at \(status.hub) answers, and is the one of this network")
        } catch {
            return Finding("connection", .wrong, of: error)
        }
    }

    private var stores: Finding {
        let all = (status.stores ?? []).filter { $0.state == .online || $0.state == .offline }
        let silent = all.filter { now - ($0.lastSeenMilliseconds ?? 0) > DoctorLimits.silentMilliseconds }
            .filter { $0.state == .offline }
        let online = all.count { $0.state == .online }
        guard !silent.isEmpty else {
            return Finding("connection", .ok, "\(online) of \(all.count) stores are connected")
        }
        return Finding(
            "connection",
            .attention,
            "not heard of for a day: \(silent.map(\.store).joined(separator: ", "))",
            cure: "run `linli doctor` there"
        )
    }

    /// What waits for a person; nil when nothing does.
    private var waiting: Finding? {
        let lists = [
            ("quarantine", status.quarantine), ("exceptions", status.exceptions), ("conflicts", status.conflicts),
        ]
        .filter { $0.1 > 0 }
        guard !lists.isEmpty else { return nil }
        return Finding(
            "to settle",
            .attention,
            lists.map { "\($0.0) \($0.1)" }.joined(separator: ", "),
            cure: "see " + lists.map { "`linli \($0.0)`" }.joined(separator: ", ")
        )
    }
}
