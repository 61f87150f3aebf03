/// A promise of the network that was not kept.
public struct Violation: Error, Hashable, Sendable {
    /// The invariant's name, as the report lists it.
    public var invariant: String
    /// What was promised, or what one side has.
    public var expected: String
    /// What is there.
    public var found: String
    /// The row or number that it is about.
    public var subject: String
    /// The node at which it was found.
    public var node: String
    /// Virtual milliseconds.
    public var at: Int64
    /// The last happenings that touch it, one a line, the oldest first.
    public var story: [String]
}

/// What a checker found; the simulation adds where, when and the story.
struct Broken: Error {
    var expected: String
    var found: String
    var subject: String
    /// The write that it is about, if one.
    var write: Int?
}
