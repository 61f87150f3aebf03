/// A law of the retail schema that a run is given broken, so that a scenario is seen to miss it.
struct WrongLaw {
    private let right: String
    private let wrong: String

    /// Nil for what is planted elsewhere.
    init?(_ planted: PlantedFault?) {
        switch planted {
        case .freePromises:
            (right, wrong) = (
                "UPDATE stock SET available = available - NEW.quantity WHERE sku = NEW.sku",
                "UPDATE stock SET reorder_at = reorder_at WHERE sku = NEW.sku"
            )
        case .hiddenShortfall:
            (right, wrong) = (
                "p.sku = s.sku WHERE s.overdrawn > 0",
                "p.sku = s.sku WHERE s.overdrawn < 0"
            )
        case .hiddenRefund: (right, wrong) = ("THEN 'refunded_but_handed_over'", "THEN NULL")
        case .hiddenTakeOver: (right, wrong) = ("THEN 'handed_over_elsewhere'", "THEN NULL")
        case .hiddenMismatch: (right, wrong) = ("WHERE m.sent <> m.received", "WHERE m.sent < m.received")
        default: return nil
        }
    }

    /// The document with its first such law broken.
    func `break`(_ document: String) -> String {
        guard let place = document.firstRange(of: right) else { preconditionFailure("no law '\(right)'") }
        return document.replacingCharacters(in: place, with: wrong)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + self[range.upperBound...]
    }
}
