import Replica

/// A scenario's script.
///
/// Law: what it demands in the end holds in every order of arrival. Where a fault can keep a step from being done, it
/// demands what follows from what the client was told.
protocol Play: AnyObject {
    /// Between two rounds of the trade at a daemon.
    var tradeRoundMilliseconds: Int64 { get }

    /// Puts in place what is there at first; nothing strikes yet.
    func open(_ stage: Stage)

    /// Plans who does what when, from now on: it is `Stage.curtainMilliseconds`.
    func act(_ stage: Stage)

    /// What holds in every snapshot of every node.
    func check(_ snapshot: Snapshot) throws

    /// What holds in the end.
    func judge(_ stage: Stage) throws
}

extension Play {
    var tradeRoundMilliseconds: Int64 { 20_000 }
    func open(_ stage: Stage) {}
    func check(_ snapshot: Snapshot) throws {}
}
