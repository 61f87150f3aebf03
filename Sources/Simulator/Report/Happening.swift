import ChangeLog

/// One thing that happened, at a virtual moment, at one node.
struct Happening {
    enum What {
        case started
        case stopped
        case killed
        case powerLost
        case failed(String)
        case paused
        case resumed
        case connected(String)
        case disconnected(String)
        case committed(write: Int)
        case refused(write: Int, String)
        case unanswered(write: Int)
        case sealed(Int64)
        case acknowledged(Int64)
        case merged(site: SiteID, Int64)
        case applied(position: Int64, included: Int64, isComplete: Bool)
        case forked(SiteID, kept: Int)
        case fault(String)
        case healed(String)
        /// A line of the trade's own round.
        case traded(String)
    }

    var at: Int64
    var node: NodeName
    /// Which copy of the node it is; nil for the node itself.
    var copy: Int?
    var what: What

    /// `hub`, a store's name, or `NAME-copy-BOX`.
    var machine: String { MachineName.text(node, copy: copy) }

    /// The event's name in a trace.
    var name: String {
        switch what {
        case .started: "started"
        case .stopped: "stopped"
        case .killed: "killed"
        case .powerLost: "power-lost"
        case .failed: "failed"
        case .paused: "paused"
        case .resumed: "resumed"
        case .connected: "connected"
        case .disconnected: "disconnected"
        case .committed: "committed"
        case .refused: "refused"
        case .unanswered: "unanswered"
        case .sealed: "sealed"
        case .acknowledged: "acknowledged"
        case .merged: "merged"
        case .applied: "applied"
        case .forked: "forked"
        case .fault: "fault"
        case .healed: "healed"
        case .traded: "traded"
        }
    }

    /// The ledger's number of the write that it is about.
    var write: Int? {
        switch what {
        case .committed(let write), .refused(let write, _), .unanswered(let write): write
        default: nil
        }
    }

    /// What there is to say beside the name; `words` says what a write is.
    func detail(_ words: (Int) -> String) -> String {
        switch what {
        case .started, .stopped, .killed, .powerLost, .paused, .resumed: ""
        case .failed(let why), .connected(let why), .disconnected(let why), .fault(let why), .healed(let why),
            .traded(let why):
            why
        case .committed(let write), .unanswered(let write): words(write)
        case .refused(let write, let why): "\(words(write)): \(why)"
        case .sealed(let number), .acknowledged(let number): "changeset \(number)"
        case .merged(let site, let number): "changesets of \(site) through \(number)"
        case .forked(let site, let kept): "it is site \(site) now, and keeps \(kept) changesets"
        case .applied(let position, let included, let isComplete):
            "checkpoint \(position), own changesets through \(included)\(isComplete ? ", complete" : "")"
        }
    }
}
