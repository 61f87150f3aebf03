public import ChangeLog

/// Changesets that leave otherwise than by a session.
extension StoreReplica {
    /// Everything that is sealed is about to be shown by another way than a session: it stays as it is, whatever the
    /// clock turns out to have been. On the disk when this returns.
    ///
    /// - Returns: the last changeset of which that is so.
    public func noteExported() throws(ReplicaError) -> ChangesetNumber {
        try guarded { () throws(ReplicaError) in state.sent = max(state.sent, state.last) }
        try noteSent()
        return state.sent
    }
}
