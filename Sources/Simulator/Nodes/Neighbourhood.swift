/// The hub and its stores: the network as workloads, faults and checkers see it.
final class Neighbourhood {
    let world: World
    let hub: HubMachine
    let stores: [StoreMachine]

    init(_ world: World, hub: HubMachine, stores: [StoreMachine]) {
        (self.world, self.hub, self.stores) = (world, hub, stores)
    }

    var machines: [Machine] { [hub] + stores }
}
