import ChangeLog

/// What of the hub's state the replica stands on.
struct CommittedBase: Hashable {
    var cursor: Cursor
    /// The last own changeset that the hub's state at `cursor` includes.
    var included: ChangesetNumber
    /// At or above every stamp in that state.
    var hubStamp: Stamp

    static let start = CommittedBase(cursor: .start, included: .none, hubStamp: .zero)

    init(cursor: Cursor, included: ChangesetNumber, hubStamp: Stamp) {
        self.cursor = cursor
        self.included = included
        self.hubStamp = hubStamp
    }

    /// As the last apply left it in linli.db.
    init(_ settings: Settings) throws(ReplicaError) {
        cursor = try settings.cursor()
        included = ChangesetNumber(try settings.integerIfAny(.included) ?? 0)
        hubStamp = try settings.hubStamp()
    }

    func write(to settings: Settings) throws(ReplicaError) {
        try settings.put(cursor: cursor)
        try settings.put(.included, included.number)
        try settings.put(.hubStamp, hubStamp.packed)
    }
}
