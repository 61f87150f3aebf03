public import ChangeLog
import NIOCore
public import Replica
import SessionWork
import SyncSession
public import Transport
import Trust
import WireFormat

/// `linli store export-outbox`: what the hub has not acknowledged, signed, into a file that `linli hub import` takes.
public struct OutboxExport: Sendable {
    /// About how much is read, signed and written at once.
    private static let batchBytesMax = 512 * 1_024

    let directory: String

    public init(directory: String) { self.directory = directory }

    /// Seals what the tills wrote, with no daemon running. The caller holds the directory's lock.
    ///
    /// - Returns: how far the change log may be shown: nothing up to there is ever stamped anew.
    public func sealAtRest() throws -> SealedOutbox {
        let replica = try StoreReplica(directory: directory)
        try replica.verifyUnaltered()
        let now = Moment.now
        replica.clocksRead(now)
        _ = try replica.seal(wallMilliseconds: now.wallMilliseconds)
        let through = try replica.noteExported()
        try replica.close()
        return SealedOutbox(through: through.number)
    }

    /// Writes what may be shown. The file is whole or not there; one that is there is not written over.
    ///
    /// - Parameters:
    ///   - from: the first changeset; nil for the first that is not acknowledged.
    ///   - through: the last.
    /// - Returns: what was written; nil when there was nothing, and then no file was made.
    /// - Throws: `ReplicaError`, `KeyFileError`, `DataDirectoryError`.
    public func write(
        to path: String,
        from: ChangesetNumber?,
        through: SealedOutbox
    ) throws -> OutboxExtract? {
        let credentials = try KeyFiles(dataDirectory: directory).credentials()
        var file: NewFile?
        do {
            let extract = try OutboxExtract.read(
                directory: directory,
                from: from,
                through: ChangesetNumber(through.through),
                batchBytesMax: Self.batchBytesMax,
                begin: { extract in
                    let fresh = try NewFile(path: path)
                    file = fresh
                    try fresh.write(OutboxFile.magic)
                    let cover = OutboxCover(extract, certificate: credentials.certificate.der)
                    try fresh.write(Self.frame(.cover(cover)))
                },
                batch: { parts in
                    var signed = parts.map { PushPart($0) }
                    try signed.sign { hash in try credentials.key.sign(hash) }
                    for part in signed { try file?.write(Self.frame(.part(part))) }
                }
            )
            try file?.finish()
            return extract
        } catch {
            file?.abandon()
            throw error
        }
    }

    private static func frame(_ frame: OutboxFrame) throws -> [UInt8] {
        var out = ByteBuffer()
        try FrameCodec.append(frame.payload(), to: &out, limit: OutboxFile.frameBytesMax)
        return Array(out.readableBytesView)
    }
}

extension OutboxCover {
    fileprivate init(_ extract: OutboxExtract, certificate: [UInt8]) {
        self.init(
            network: extract.network,
            store: extract.store,
            site: extract.site,
            certificate: certificate,
            first: extract.first,
            last: extract.last
        )
    }
}
