import Replica

/// The replica's errors, as commands ask about them.
typealias ReplicaFault = ReplicaError

extension ReplicaError {
    /// The units are not held here, or the store never had the product.
    var isNoRights: Bool {
        guard case .sqlite(_, let message, _) = self else { return false }
        return message.contains("linli: no rights") || message.contains("its effect found no row")
    }
}
