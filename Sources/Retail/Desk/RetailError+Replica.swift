import Replica

extension RetailError {
    /// What the replica refused, as the trade says it.
    init(of error: ReplicaError) {
        guard case .sqlite(_, let message, _) = error, !error.isOfStorage, message.contains("linli:") else {
            let isBusy = [5, 6].contains(error.primaryCode)
            self.init(
                isBusy ? .busy : error.isOfStorage ? .storage : .fault,
                "replica",
                isBusy ? "another program held the replica for too long" : "\(error)",
                cure: isBusy ? "ask again" : error.isOfStorage ? "see `linli status`" : "please report it"
            )
            return
        }
        let words = message.split(separator: ":").map { $0.trimmingCharacters(" ") }
        let kind = words.count > 1 ? words[1] : ""
        let thing = words.count > 2 ? words[2] : "replica"
        switch kind {
        case "no rights":
            self.init(.noRights, thing, "the units may not be promised here", cure: "offer fewer, or another store")
        case "not yours":
            self.init(.wrongNode, thing, "another node writes \(thing)", cure: "ask that node")
        default:
            self.init(.badInput, thing, message, cure: "correct the request")
        }
    }
}

extension Substring {
    /// Without these characters at both ends.
    fileprivate func trimmingCharacters(_ blank: Character) -> String {
        var rest = self
        while rest.first == blank { rest.removeFirst() }
        while rest.last == blank { rest.removeLast() }
        return String(rest)
    }
}
