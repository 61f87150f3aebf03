/// A SQL statement that runs in the writing node's own transaction only. Its results replicate like any other write.
public struct Effect: Hashable, Sendable {
    public enum Event: Hashable, Sendable {
        case insert, delete
        /// A `first` column gets its value.
        case set(column: Int)
    }

    public var event: Event
    /// One INSERT, UPDATE or DELETE, without a semicolon; `NEW` and `OLD` are the row of the cause.
    public var statement: String
    /// May change no row; otherwise that fails the application's statement.
    public var isOptional: Bool

    public init(event: Event, statement: String, isOptional: Bool = false) {
        self.event = event
        self.statement = statement
        self.isOptional = isOptional
    }
}
