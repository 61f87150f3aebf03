import ChangeLog
import Rehearsal
import Testing

/// What clients do in a story of bad weather, and how their ledgers are compared with the tables in the end.
struct Trade: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// A schema document; nil for the built-in one.
    var schema: String?
    /// A client's program at a node.
    var program: @Sendable (_ node: String, _ seed: UInt64) -> String
    /// Makes what the clients work on; gives the ledger of it.
    var open: @Sendable (World) throws -> [String]
    /// Gives the number of rows that break a law, in every snapshot at every node.
    var broken: String
    /// Gives a number that never falls at any node.
    var growing: String
    var questions: [Account.Question]
}
