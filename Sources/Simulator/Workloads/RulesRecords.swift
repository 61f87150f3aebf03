import ChangeLog

/// What plain writers wrote, as they know it. `write` is the number of the transaction in the ledger.
extension RulesWorkload {
    struct Fact {
        let write: Int
        let id: String
        let home: NodeName
        let tally: Int
        let amount: Int64

        var row: RulesFacts.Row { RulesFacts.Row(home: home.text, tally: "\(tally)", amount: amount) }

        /// Another write of the same key at the same store.
        func isTwin(of other: Fact) -> Bool { write != other.write && id == other.id && home == other.home }
    }

    struct Addition {
        let write: Int
        let tally: Int
        let amount: Int64
    }

    /// Units that came into a purse, or, below nothing, were spent.
    struct PurseMove {
        let write: Int
        let home: NodeName
        let purse: Int
        let units: Int64
    }

    /// A box has one writer, its store: what is in it is what that store last made of it.
    struct Filling {
        let write: Int
        let home: NodeName
        let box: Int
        /// The row is replaced, and holds this; nil: it was added to.
        let replacedBy: Int64?
        let added: Int64
    }
}
