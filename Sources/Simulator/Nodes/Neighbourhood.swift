/// The hub and its stores: the network as workloads, faults and checkers see it.
final class Neighbourhood {
    let world: World
    let hub: HubMachine
    let stores: [StoreMachine]

    init(_ world: World, hub: HubMachine, stores: [StoreMachine]) {
        (self.world, self.hub, self.stores) = (world, hub, stores)
    }

    /// Copies of stores, those that are gone among them.
    var copies: [StoreMachine] = []

    /// The stores that take part.
    var members: [StoreMachine] { stores.filter { !$0.isRetired } }

    /// Whose state is the network's.
    var machines: [Machine] { [hub] + members }
}
