/// Rules that a replica breaks on purpose, so that the simulator's checkers are seen to notice. Nobody else sets them;
/// each costs one test of a bit where it stands.
package struct PlantedMistakes: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    // At a store
    /// A round is applied before what is captured was sealed.
    package static let applyBeforeSealing = PlantedMistakes(rawValue: 1 << 0)
    /// Rights in a row that leaves the store are not granted to the hub.
    package static let strandRights = PlantedMistakes(rawValue: 1 << 2)

    // At the hub
    /// Changesets are merged before the hub's own captures were sealed.
    package static let mergeBeforeSealing = PlantedMistakes(rawValue: 1 << 3)
    /// An update of a life that is over begins a new one.
    package static let ignoreLives = PlantedMistakes(rawValue: 1 << 4)
    /// Tombstones go whether stores have seen them or not.
    package static let forgetTombstones = PlantedMistakes(rawValue: 1 << 5)
    /// An effect stands although its cause was refused.
    package static let keepEffects = PlantedMistakes(rawValue: 1 << 6)
    /// A store may write anything.
    package static let ignoreAuthority = PlantedMistakes(rawValue: 1 << 7)
    /// Authority is judged by where a row is now, not by where its writer knew it to be.
    package static let judgeAuthorityNow = PlantedMistakes(rawValue: 1 << 8)
    /// The children of a deleted row stay.
    package static let keepChildren = PlantedMistakes(rawValue: 1 << 9)
    /// A value that lost is not kept.
    package static let forgetConflicts = PlantedMistakes(rawValue: 1 << 10)
    /// One refused change takes its whole changeset with it.
    package static let refuseWhole = PlantedMistakes(rawValue: 1 << 11)
    /// A store's own row is left out of its feed although others changed it meanwhile.
    package static let dropEcho = PlantedMistakes(rawValue: 1 << 12)
    /// What is spent beyond a site's rights is not taken from fenced sites of its store.
    package static let spareFenced = PlantedMistakes(rawValue: 1 << 13)
    /// What is spent beyond all rights is named nowhere.
    package static let hideShortfalls = PlantedMistakes(rawValue: 1 << 14)
    /// Units that come to the hub are kept, and pay for no shortfall.
    package static let keepUnits = PlantedMistakes(rawValue: 1 << 15)
    /// Rights are taken back without fencing the site that holds them.
    package static let reclaimUnfenced = PlantedMistakes(rawValue: 1 << 16)
    /// Keys are the same when Swift's strings are.
    package static let textualKeys = PlantedMistakes(rawValue: 1 << 17)
    /// What another site of the store handed in is merged again.
    package static let forgetCaptures = PlantedMistakes(rawValue: 1 << 19)

    // At a store
    /// Changesets go as soon as they are included, whether the hub has a backup of them or not.
    package static let forgetChangesets = PlantedMistakes(rawValue: 1 << 18)
    /// The hub is not given its share of the rights.
    package static let keepShares = PlantedMistakes(rawValue: 1 << 20)
}
