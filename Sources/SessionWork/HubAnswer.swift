public import Replica
public import SyncSession

extension HubReplica {
    /// What a copy of a site is told whose own session is at work; nil for who may take that one's place. The copy is
    /// given no history: it is to change nothing while the other one sells.
    public func refusalOfCopy(_ hello: Hello) throws(ReplicaError) -> Bye? {
        guard let how = try isCopy(SessionFacts(hello)) else { return nil }
        return Bye(.forked("\(how), and another machine runs as \(hello.store)", nil), store: hello.store)
    }

    /// What the hub answers to a hello: a welcome, or a refusal with its reason. For the writer, after everything that
    /// an older session of the site handed in.
    ///
    /// - Parameters:
    ///   - isPresentSiteOnline: another site of this store is at work.
    ///   - network, program: the hub's, as the welcome names them.
    public func answer(
        _ hello: Hello,
        isPresentSiteOnline: Bool,
        network: String,
        program: String,
        nowMilliseconds: Int64
    ) throws(ReplicaError) -> HubSession.Event {
        let answer = try openSession(
            SessionFacts(hello),
            isPresentSiteOnline: isPresentSiteOnline,
            nowMilliseconds: nowMilliseconds
        )
        switch answer {
        case .opened(let opening):
            return .opened(
                Welcome(opening, hello, network: network, program: program, wallMilliseconds: nowMilliseconds)
            )
        case .refused(let refusal): return .refused(Bye(refusal, store: hello.store))
        }
    }
}
