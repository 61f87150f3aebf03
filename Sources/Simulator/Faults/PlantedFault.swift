/// A mistake that a simulated node makes on purpose, so that a checker is seen to catch it.
public enum PlantedFault: String, Hashable, Sendable, CaseIterable {
    /// The store's shell tells its replica of acknowledgements that never came.
    case acknowledgeUnseen = "acknowledge-unseen"
}
