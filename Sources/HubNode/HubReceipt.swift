public import ChangeLog
import Replica
public import Trust

/// `linli hub receipt`: what the hub's journal has of one changeset, under the hub's signature.
public enum HubReceipt {
    /// - Parameter site: nil for the store's present one.
    /// - Throws: `JournalProof.Absence`, `ReplicaError`, `KeyFileError`, `CertificateError`.
    public static func make(
        directory: String,
        store: NodeName,
        number: ChangesetNumber,
        site: SiteID?
    ) throws -> Receipt {
        let found = try JournalProof.read(directory: directory, store: store, number: number, site: site)
        return try Receipt(
            network: found.network,
            store: found.store,
            receivedAt: found.receivedAt,
            headers: found.headers,
            proof: found.proof,
            hub: KeyFiles(dataDirectory: directory).credentials()
        )
    }
}
