/// Why a retail command was not done: a code that programs may rely on, the thing that it is about, and the cure.
public struct RetailError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Stable: a code is never renamed, and its meaning never changes.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The units may not be promised here; nothing was waited for.
        case noRights = "NO_RIGHTS"
        /// What was named is not known here.
        case notFound = "NOT_FOUND"
        /// A value that no such command can have.
        case badInput = "BAD_INPUT"
        /// A command of the other role: asked at a store, and the hub's; or the other way round.
        case wrongNode = "WRONG_NODE"
        /// The order, transfer or payment is past that.
        case notNow = "NOT_NOW"
        /// The idempotency key was used for another request.
        case keyReused = "KEY_REUSED"
        /// No open order has this pick-up code.
        case wrongCode = "WRONG_CODE"
        /// Too many wrong pick-up codes.
        case tooManyTries = "TOO_MANY_TRIES"
        /// No store can do it.
        case noStore = "NO_STORE"
        /// Another program held the replica for too long.
        case busy = "BUSY"
        /// The disk, or what stands on it.
        case storage = "STORAGE"
        /// The replica's schema is not the retail one.
        case otherSchema = "OTHER_SCHEMA"
        /// The key is missing, wrong, or its role may not.
        case unauthorized = "UNAUTHORIZED"
        case forbidden = "FORBIDDEN"
        case noSuchRoute = "NO_SUCH_ROUTE"
        case tooLarge = "TOO_LARGE"
        case fault = "FAULT"
    }

    public let code: Code
    /// What it is about: a product, an order, a field.
    public let thing: String
    /// What happened, in one line.
    public let what: String
    /// What to do, in one line.
    public let cure: String

    public init(_ code: Code, _ thing: String, _ what: String, cure: String) {
        (self.code, self.thing, self.what, self.cure) = (code, thing, what, cure)
    }

    public var description: String { "\(what); \(cure)" }

    public static func badInput(_ thing: String, _ what: String, cure: String) -> RetailError {
        RetailError(.badInput, thing, "\(thing): \(what)", cure: cure)
    }
}
