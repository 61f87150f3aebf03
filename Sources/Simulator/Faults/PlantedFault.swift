import Replica

/// A mistake that a simulated node makes on purpose, so that a checker is seen to catch it: mistakes of a shell, rules
/// that a replica breaks, and states that a wrong replica would have come to.
public enum PlantedFault: String, Hashable, Sendable, CaseIterable {
    // A shell's mistakes
    /// The hub says that it has what it did not merge.
    case acknowledgeUnmerged = "acknowledge-unmerged"
    /// The hub's answers to a writer whose change lost are not sent.
    case forgetAnswer = "forget-answer"
    /// The hub gives a checkpoint before every scope is read to its end.
    case earlyCheckpoint = "early-checkpoint"
    /// The store takes a chunk and does not stage it.
    case dropChunk = "drop-chunk"
    /// The store says that it stored its tag, and did not.
    case forgetTag = "forget-tag"
    /// What tills commit is not noticed.
    case neverSeal = "never-seal"
    /// The hub merges a session's changesets in the wrong order.
    case wrongOrder = "wrong-order"
    /// A till is told that it committed, and nothing was.
    case lostCommit = "lost-commit"
    /// A till is told that it was refused, and all of it stands.
    case falseRefusal = "false-refusal"
    /// A store's disk says that it synced, and did not.
    case lyingSync = "lying-sync"
    /// The hub's writer waits for the store whose line is cut.
    case waitForSlowest = "wait-for-slowest"
    /// A store spends its rights although its session froze them.
    case spendWhileFrozen = "spend-while-frozen"
    /// The hub goes on in its old epoch after a restart, or a restore.
    case forgetEpoch = "forget-epoch"
    // Rules that a replica breaks: see `PlantedMistakes`
    case applyBeforeSealing = "apply-before-sealing"
    case strandRights = "strand-rights"
    case mergeBeforeSealing = "merge-before-sealing"
    case ignoreLives = "ignore-lives"
    case forgetTombstones = "forget-tombstones"
    case keepEffects = "keep-effects"
    case ignoreAuthority = "ignore-authority"
    case judgeAuthorityNow = "judge-authority-now"
    case keepChildren = "keep-children"
    case forgetConflicts = "forget-conflicts"
    case refuseWhole = "refuse-whole"
    case dropEcho = "drop-echo"
    case spareFenced = "spare-fenced"
    case hideShortfalls = "hide-shortfalls"
    case keepUnits = "keep-units"
    case reclaimUnfenced = "reclaim-unfenced"
    case textualKeys = "textual-keys"
    case forgetChangesets = "forget-changesets"
    case forgetCaptures = "forget-captures"
    case keepShares = "keep-shares"
    // Triggers of a store that are not as they should be
    /// A spend is not held against the rights held here.
    case unguardedRights = "unguarded-rights"
    /// REPLACE over a row is no delete.
    case unguardedReplace = "unguarded-replace"
    /// A sale line does not lower the stock.
    case missingEffect = "missing-effect"
    // States of a wrong replica
    /// A changeset's effect is in the hub's books twice.
    case appliedTwice = "applied-twice"
    /// A sale is gone from the hub.
    case droppedSale = "dropped-sale"
    /// A sale lacks its last line, at the hub.
    case tornSale = "torn-sale"
    /// A sale that nobody made stands at the hub.
    case inventedSale = "invented-sale"
    /// The hub spends without rights.
    case spentWithoutRights = "spent-without-rights"
    /// A store holds units that nobody granted.
    case mintedRights = "minted-rights"
    /// A store is at less than no rights.
    case negativeRights = "negative-rights"
    /// A price is an older one again, at a store.
    case olderRead = "older-read"
    /// A price is there without the name that changed with it.
    case halfTransaction = "half-transaction"
    /// A row that the hub does not have stands at a store: a deleted one, or one that moved away.
    case forgottenEviction = "forgotten-eviction"
    /// A row of its scope is missing at a store.
    case missingRow = "missing-row"
    /// A cell of a row is another one at a store.
    case otherCell = "other-cell"
    /// What the hub refused is not in its quarantine.
    case forgottenRefusal = "forgotten-refusal"
    // Laws of the trade that a scenario's schema or script breaks: see `WrongLaw`
    /// A promise costs no rights.
    case freePromises = "free-promises"
    /// What was sold and promised is no exception.
    case hiddenShortfall = "hidden-shortfall"
    /// What was refunded and handed over is no exception.
    case hiddenRefund = "hidden-refund"
    /// What was handed over by one store and taken over by another is no exception.
    case hiddenTakeOver = "hidden-take-over"
    /// What is sent and does not arrive is no exception.
    case hiddenMismatch = "hidden-mismatch"
    /// A price list is written in two transactions.
    case tornList = "torn-list"

    /// The rule that replicas break from their start on.
    var mistakes: PlantedMistakes {
        switch self {
        case .applyBeforeSealing: .applyBeforeSealing
        case .strandRights: .strandRights
        case .mergeBeforeSealing: .mergeBeforeSealing
        case .ignoreLives: .ignoreLives
        case .forgetTombstones: .forgetTombstones
        case .keepEffects: .keepEffects
        case .ignoreAuthority: .ignoreAuthority
        case .judgeAuthorityNow: .judgeAuthorityNow
        case .keepChildren: .keepChildren
        case .forgetConflicts: .forgetConflicts
        case .refuseWhole: .refuseWhole
        case .dropEcho: .dropEcho
        case .spareFenced: .spareFenced
        case .hideShortfalls: .hideShortfalls
        case .keepUnits: .keepUnits
        case .reclaimUnfenced: .reclaimUnfenced
        case .textualKeys: .textualKeys
        case .forgetChangesets: .forgetChangesets
        case .forgetCaptures: .forgetCaptures
        case .keepShares: .keepShares
        default: []
        }
    }
}
