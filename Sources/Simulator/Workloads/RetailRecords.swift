/// What the trade's clients wrote, as they know it: what the checkers hold against the replicas.
///
/// `write` is the number of the transaction in the ledger.
extension RetailWorkload {
    struct Line: Hashable {
        let sku: Int
        let quantity: Int64
        let amount: Int64
    }

    struct Sale {
        let write: Int
        let store: Int
        let id: String
        let lines: [Line]

        var total: Int64 { lines.reduce(0) { $0 + $1.amount } }
    }

    struct Move {
        let write: Int
        let store: Int
        let id: String
        let sku: Int
        let quantity: Int64
    }

    struct Order {
        let write: Int
        let store: Int
        let id: String
        let lines: [Line]
        /// Writes that set a milestone.
        var handedOver: [Int] = []
        var cancelled: [Int] = []
    }

    struct Transfer {
        let write: Int
        let from: Int
        let to: Int
        let id: String
        let sku: Int
        let quantity: Int64
        /// A store tried to receive it, and could.
        var isReceived = false
    }

    struct TransferReceipt {
        let write: Int
        /// The place of its transfer.
        let transfer: Int
        let id: String
    }

    struct NoteEdit {
        let write: Int
        let order: String
        /// No other edit of the run has it.
        let text: String
        /// What its writer read before.
        let saw: String?
    }

    struct PriceChange {
        let write: Int
        let version: Int64
        let skus: [Int]
    }
}
