/// Faults of wall clocks.
extension FaultField {
    func strikeClock(_ fault: Fault, _ store: StoreMachine) -> String? {
        switch fault {
        case .clockJump:
            let hours = chance.between(0...96) - 48
            let milliseconds = hours * 3_600_000 + chance.between(0...60_000)
            store.clock.jump(by: milliseconds, at: world.now)
            return "by \(milliseconds) ms"
        case .clockDrift:
            let rate = chance.between(0...2_000) - 1_000
            store.clock.drift(perMillion: rate, at: world.now)
            return "\(rate) in a million"
        case .clockDead:
            store.clock.jump(by: -store.wallMilliseconds, at: world.now)
            return "it says 1970"
        default: return nil
        }
    }
}
