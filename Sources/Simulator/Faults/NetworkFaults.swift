import NIOCore

/// Faults of lines and connections.
extension FaultField {
    /// - Returns: what was done, in words; nil when there was nothing to do it to.
    func strikeNetwork(_ fault: Fault, _ store: StoreMachine) -> String? {
        let line = world.network.lines[store.index]
        switch fault {
        case .cut: return cut([line], up: true, down: true)
        case .hubCut: return cut(world.network.lines, up: true, down: true)
        case .regionCut: return "\(store.region): " + cut(lines(of: store.region), up: true, down: true)
        case .oneWay:
            let isUp = chance.perMille(500)
            return cut([line], up: isUp, down: !isUp)
        case .flap: return flap(line)
        case .slow: return slow(line)
        case .reset: return reset(line)
        case .halfOpen: return halfOpen(line)
        case .overtake: return overtake(line)
        case .deaf: return deafen(line)
        case .garbage: return spoil(line)
        case .replay: return replay(line, store)
        default: return nil
        }
    }

    private func lines(of region: String) -> [Network.Line] {
        neighbourhood.stores.filter { $0.region == region }.map { world.network.lines[$0.index] }
    }

    private func cut(_ lines: [Network.Line], up: Bool, down: Bool) -> String {
        let spell = drawSpell()
        set(lines, up: up, down: down)
        after(spell) { [weak self] in self?.mend(lines, up: up, down: down) }
        return "\(up && down ? "both ways" : up ? "upwards" : "downwards") for \(spell) ms"
    }

    func set(_ lines: [Network.Line], up: Bool, down: Bool) {
        for line in lines {
            if up { line.up.isCut = true }
            if down { line.down.isCut = true }
        }
    }

    func mend(_ lines: [Network.Line], up: Bool, down: Bool) {
        for line in lines {
            if up { line.up.isCut = false }
            if down { line.down.isCut = false }
            line.heal()
        }
    }

    private func flap(_ line: Network.Line) -> String {
        let times = 2 + chance.below(6)
        var at: Int64 = 0
        for _ in 0..<times {
            after(at) { [weak self] in self?.set([line], up: true, down: true) }
            at += chance.between(20...3_000)
            after(at) { [weak self] in self?.mend([line], up: true, down: true) }
            at += chance.between(20...3_000)
        }
        return "\(times) times in \(at) ms"
    }

    private func slow(_ line: Network.Line) -> String {
        let spell = drawSpell()
        let rate = chance.between(1_000...60_000)
        let delay = chance.between(100...3_000)
        for weather in [line.up, line.down] {
            (weather.bytesPerSecond, weather.delayMilliseconds, weather.jitterMilliseconds) = (rate, delay, delay)
        }
        after(spell) {
            for weather in [line.up, line.down] {
                (weather.bytesPerSecond, weather.delayMilliseconds, weather.jitterMilliseconds) = (0, 15, 10)
            }
        }
        return "\(rate) bytes/s and \(delay) ms for \(spell) ms"
    }

    private func reset(_ line: Network.Line) -> String? {
        guard let connection = line.present else { return nil }
        let (up, down) = drawBytes(connection)
        let (first, second) = (chance.between(0...50), chance.between(0...5_000))
        connection.breakOff(upBytes: up, downBytes: down, storeLearnsAfter: first, hubLearnsAfter: second)
        return "after \(up) bytes up and \(down) down"
    }

    private func halfOpen(_ line: Network.Line) -> String? {
        guard let connection = line.present else { return nil }
        let (up, down) = drawBytes(connection)
        let storeLearns = chance.perMille(500)
        connection.breakOff(
            upBytes: up,
            downBytes: down,
            storeLearnsAfter: storeLearns ? 5 : nil,
            hubLearnsAfter: storeLearns ? nil : 5
        )
        return "only the \(storeLearns ? "store" : "hub") learns"
    }

    /// The store takes its connection for broken, and dials again; what it had said comes to the hub later.
    private func overtake(_ line: Network.Line) -> String? {
        guard let connection = line.present else { return nil }
        let late = chance.between(1_000...40_000)
        connection.strand(forMilliseconds: late)
        return "what is under way comes \(late) ms later"
    }

    /// How many of the bytes under way still arrive.
    private func drawBytes(_ connection: SimulatedConnection) -> (up: Int, down: Int) {
        (
            chance.below((connection.up?.bytesUnderway ?? 0) + 1),
            chance.below((connection.down?.bytesUnderway ?? 0) + 1)
        )
    }

    private func deafen(_ line: Network.Line) -> String {
        let spell = drawSpell()
        line.isDeaf = true
        _ = reset(line)
        after(spell) { line.isDeaf = false }
        return "for \(spell) ms"
    }

    /// Bytes of no node, in one direction, now.
    private func spoil(_ line: Network.Line) -> String? {
        guard let connection = line.present else { return nil }
        let count = 1 + chance.below(200)
        let bytes = ByteBuffer(bytes: (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next() >> 11) })
        let isUp = chance.perMille(500)
        (isUp ? connection.up : connection.down)?.send(.bytes(bytes))
        return "\(count) bytes \(isUp ? "up" : "down")"
    }

    /// What a store said in an earlier connection is said again, by nobody, in a new one.
    private func replay(_ line: Network.Line, _ store: StoreMachine) -> String? {
        guard let bytes = line.recorded, bytes.readableBytes > 0 else { return nil }
        guard world.network.say(bytes, from: store.index) else { return nil }
        return "\(bytes.readableBytes) bytes of an earlier connection"
    }
}
