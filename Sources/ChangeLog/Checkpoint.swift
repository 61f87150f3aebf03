/// A position at which the store may commit what it received.
public struct Checkpoint: Hashable, Sendable {
    public var cursor: Cursor
    /// The last of the site's changesets that the state at `cursor` includes.
    public var included: ChangesetNumber
    /// At or above every stamp in the state at `cursor`.
    public var stamp: Stamp
    public var schemaVersion: Int
    /// The round began at nothing: rows of the store that were not named in it are removed.
    public var isComplete: Bool

    public init(
        cursor: Cursor,
        included: ChangesetNumber,
        stamp: Stamp,
        schemaVersion: Int,
        isComplete: Bool
    ) {
        self.cursor = cursor
        self.included = included
        self.stamp = stamp
        self.schemaVersion = schemaVersion
        self.isComplete = isComplete
    }
}
