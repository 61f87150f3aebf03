import ChangeLog
import NIOPosix
import Replica
import SessionWork
import SyncSession
public import Transport
import Trust
import WireFormat

/// `linli hub import`: an outbox that came on a stick, or from a disk whose machine is gone.
///
///     read it through: whole, chained, signed ─▶ does it follow what the hub has? ─▶ read it again, merge
///
/// Law: what is wrong with the file, or with whom it is from, is found before anything of it is merged. Each changeset
/// is merged once, whatever also comes by the network: both ways end in the hub's one writer, which knows the last
/// number of each site.
public struct HubImport: Sendable {
    /// As in a group of pushed changesets.
    private static let groupBytesMax = 1_024 * 1_024
    private static let groupCountMax = 512

    let directory: String

    public init(directory: String) { self.directory = directory }

    /// With no daemon running. The caller holds the directory's lock.
    public func runAtRest(_ request: ControlRequest.OutboxImport) async throws -> ImportedOutbox {
        let replica = try HubFounding.open(directory: directory)
        let imported: ImportedOutbox
        do { imported = try await run(request, on: HubDesk(replica: replica, writer: nil)) } catch {
            try replica.close()
            throw error
        }
        try replica.close()
        return imported
    }

    /// - Throws: `ControlRefusal` for a file or a store that is no good; `ReplicaError`, `KeyFileError`.
    func run(_ request: ControlRequest.OutboxImport, on desk: HubDesk) async throws -> ImportedOutbox {
        let file = try OutboxSource(path: request.path)
        let authority = try KeyFiles(dataDirectory: directory).credentials().authority
        let checked: OutboxCheck
        do {
            checked = try await OutboxPass(file, authority: authority).run { _, _, _ in }
        } catch let fault as OutboxFault {
            throw ControlRefusal(.badInput, "\(request.path): \(fault)")
        }
        let standing = try await judge(checked, request, on: desk)
        try file.rewind()
        return try await merge(file, checked, standing, authority, on: desk)
    }

    /// Whether the hub may take it.
    private func judge(
        _ file: OutboxCheck,
        _ request: ControlRequest.OutboxImport,
        on desk: HubDesk
    ) async throws -> SiteStanding {
        let cover = file.cover
        let network = try NodeFacts.read(directory: directory).network
        guard cover.network == network else {
            throw ControlRefusal(.notPermitted, "the file is of network \(cover.network), this hub's is \(network)")
        }
        guard let standing = try await desk.run({ try $0.standing(of: cover.site, store: cover.store) }) else {
            throw ControlRefusal(
                .badInput,
                "the hub knows no store \(cover.store) with site \(cover.site); `linli hub stores` lists those it knows"
            )
        }
        guard standing.takesPart || request.isFromRetired else {
            let why =
                standing.siteState == nil
                ? "the hub does not know its site \(cover.site)" : "it does not take part in the network any more"
            throw ControlRefusal(
                .notPermitted,
                "the file is of store \(cover.store), and \(why); if it is to be merged all the same, add --from-retired"
            )
        }
        if cover.first > standing.number.next {
            throw ControlRefusal(
                .badInput,
                "the file begins at changeset \(cover.first) of store \(cover.store), and \(standing.number.next) is due;"
                    + " import an earlier file first, or export with `--from \(standing.number.next)`"
            )
        }
        if cover.first == standing.number.next, let before = file.before, before != standing.hash {
            throw ControlRefusal(.notPermitted, Self.forked(cover, standing.number))
        }
        if standing.siteState == nil {
            try await desk.run {
                try $0.admit(cover.site, of: cover.store, nowMilliseconds: Moment.now.wallMilliseconds)
            }
        }
        return standing
    }

    private static func forked(_ cover: OutboxCover, _ number: ChangesetNumber) -> String {
        "the file does not follow changeset \(number) that the hub has of store \(cover.store): the replica was copied, "
            + "or restored from a backup; nothing was imported"
    }

    private func merge(
        _ file: OutboxSource,
        _ checked: OutboxCheck,
        _ standing: SiteStanding,
        _ authority: AuthorityCertificate,
        on desk: HubDesk
    ) async throws -> ImportedOutbox {
        let cover = checked.cover
        let pass = try OutboxPass(file, authority: authority)
        var group = MergeGroup(standing)
        var errands: HubErrands?
        _ = try await pass.run { part, header, witness in
            if errands == nil { errands = HubErrands(site: cover.site, witness: witness) }
            for errand in errands?.errands(for: .submit(part, isLast: header != nil)) ?? [] {
                switch errand {
                case .write(let job), .read(let job):
                    guard part.number > standing.number else { continue }
                    _ = try await desk.run { try job($0, Moment.now.wallMilliseconds) }
                case .merge(let changeset, let number, let bytes):
                    group.add(changeset, number, bytes: bytes)
                    if group.bytes >= Self.groupBytesMax || group.changesets.count >= Self.groupCountMax {
                        try await group.merge(on: desk, cover)
                    }
                case .refuse(let push): throw ControlRefusal(.badInput, push.bye.reason)
                }
            }
        }
        try await group.merge(on: desk, cover)
        return ImportedOutbox(
            store: cover.store.text,
            site: "\(cover.site)",
            first: cover.first.number,
            last: cover.last.number,
            imported: group.imported,
            known: group.known,
            quarantined: group.quarantined
        )
    }

    /// What is merged in one transaction, and what became of it.
    private struct MergeGroup {
        private let standing: SiteStanding
        private(set) var changesets: [IncomingChangeset] = []
        private(set) var bytes = 0
        private(set) var imported: Int64 = 0
        private(set) var known: Int64 = 0
        private(set) var quarantined = 0

        init(_ standing: SiteStanding) { self.standing = standing }

        mutating func add(_ changeset: IncomingChangeset, _ number: ChangesetNumber, bytes: Int) {
            guard number > standing.number else {
                known += 1
                return
            }
            var changeset = changeset
            changeset.isAdmitted = true
            changesets.append(changeset)
            self.bytes += bytes
        }

        mutating func merge(on desk: HubDesk, _ cover: OutboxCover) async throws {
            guard !changesets.isEmpty else { return }
            let group = changesets
            (changesets, bytes) = ([], 0)
            let report = try await desk.run { replica in
                try replica.merge(group, nowMilliseconds: Moment.now.wallMilliseconds)
            }
            quarantined += report.quarantined
            for (changeset, outcome) in zip(group, report.outcomes) {
                guard case .merged = outcome else {
                    throw ControlRefusal(
                        .badInput,
                        "changeset \(changeset.header.number) of store \(cover.store) was not merged (\(outcome)), the "
                            + "\(imported) before it were: run the command again"
                    )
                }
                imported += 1
            }
        }
    }
}

/// Where a command does something with the hub's replica: through the running daemon's writer, or on the replica of a
/// stopped one.
struct HubDesk: Sendable {
    let replica: HubReplica
    let writer: HubWriter?

    func run<Answer: Sendable>(_ body: @escaping @Sendable (HubReplica) throws -> Answer) async throws -> Answer {
        guard let writer else { return try body(replica) }
        return try await writer.run(body)
    }
}
