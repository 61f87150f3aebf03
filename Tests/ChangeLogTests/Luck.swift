import SplitMix
import ChangeLog

/// SplitMix64: small, and the same on every machine, so that a seed names a run.
struct Luck: RandomNumberGenerator {
    private var source: SplitMix64

    init(seed: UInt64) { source = SplitMix64(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True once in `n`.
    mutating func once(in n: Int) -> Bool { number(1...n) == 1 }

    mutating func pick<T>(_ of: [T]) -> T { of[number(0...of.count - 1)] }

    mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<number(count)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// Small and great numbers, and the ends of 64 bits.
    mutating func integer() -> Int64 {
        switch number(0...5) {
        case 0: pick([.min, .max, 0, -1, 1, .min + 1])
        case 1: Int64.random(in: .min ... .max, using: &self)
        default: Int64(number(-1000...1000))
        }
    }

    /// Texts that begin alike, empty ones, long ones, and bytes that are no UTF-8.
    mutating func text() -> [UInt8] {
        switch number(0...5) {
        case 0: []
        case 1: bytes(0...20)
        case 2: Array(repeating: 0x61, count: number(50...300))
        default: Array("order-2024-\(number(0...99))".utf8)
        }
    }

    mutating func value(_ type: CellType) -> Value {
        switch type {
        case .integer, .counter: .integer(integer())
        case .text: .text(text())
        case .blob: .blob(bytes(0...40))
        }
    }

    mutating func shape() -> TableShape {
        let types: [CellType] = [.integer, .text, .blob, .counter]
        let keyCells = once(in: 20) ? TableShape.keyCellsMax : number(1...3)
        let valueCells = once(in: 10) ? TableShape.valueCellsMax : number(0...9)
        return TableShape(
            key: (0..<keyCells).map { _ in pick([.integer, .text, .blob]) },
            values: (0..<valueCells).map { _ in pick(types) }
        )
    }

    mutating func stamp() -> Stamp {
        switch number(0...9) {
        case 0: .zero
        case 1: Stamp(milliseconds: .max, counter: .max)
        default: Stamp(milliseconds: 1_700_000_000_000 + Int64(number(0...5000)), counter: UInt16(number(0...3)))
        }
    }

    mutating func site() -> SiteID { SiteID(once(in: 3) ? next() : UInt64(number(1...3))) }
}

extension Luck {
    /// A change that a node could make at this place of a changeset.
    mutating func operation(table: Int, shape: TableShape, place: Int) -> Operation {
        let key = shape.key.map { value($0) }
        let cause = place > 0 && once(in: 3) ? number(0...place - 1) : nil
        let life = once(in: 4) ? number(1...1_000_000_000) : 1
        let counters = shape.values.indices.filter { shape.values[$0] == .counter }
        if !counters.isEmpty, once(in: 8) {
            let kind = Operation.Kind.grant(
                column: pick(counters),
                to: pick([.hub, Samples.store]),
                units: pick([1, 7, .max])
            )
            return Operation(kind, table: table, key: key, life: life | 1, stamp: stamp(), cause: cause)
        }
        if once(in: 6) {
            return Operation(.delete, table: table, key: key, life: (life | 1) + 1, stamp: stamp(), cause: cause)
        }
        let kind: Operation.Kind = once(in: 2) ? .insert : .update
        let mask = kind == .insert && !once(in: 4) ? shape.fullMask : next() & shape.fullMask
        var values: [Value] = []
        for cell in shape.values.indices where mask >> UInt64(cell) & 1 == 1 {
            values.append(once(in: 4) ? .null : value(shape.values[cell]))
        }
        return Operation(
            kind,
            table: table,
            key: key,
            life: life | 1,
            stamp: stamp(),
            cause: cause,
            mask: mask,
            values: values
        )
    }

    /// An entry that the hub could send at or after this position.
    mutating func feedRow(table: Int, shape: TableShape, after position: Position) -> FeedRow {
        let step = once(in: 20) ? number(0...1 << 40) : number(0...5)
        let place = Position(position.number + Int64(step))
        let key = shape.key.map { value($0) }
        let life = once(in: 4) ? number(0...1_000_000_000) : 0
        switch number(0...9) {
        case 0: return FeedRow(position: place, table: table, key: key, content: .gone(life: life & ~1))
        case 1: return FeedRow(position: place, table: table, key: key, content: .evicted)
        case 2: return FeedRow(position: place, table: 0, key: [], content: .note(note()))
        default: break
        }
        let clocks = [CellClock(stamp: stamp(), site: site()), CellClock(stamp: stamp(), site: site())]
        let state = RowState(
            life: life | 1,
            values: shape.values.map { once(in: 4) ? .null : value($0) },
            clocks: shape.values.map { _ in once(in: 3) ? clocks[1] : clocks[0] }
        )
        let counters = shape.values.indices.filter { shape.values[$0] == .counter }
        var ledger: [Holding] = []
        if !counters.isEmpty, once(in: 2) {
            for holder in ["hub", "nanjing-3", "nanjing-3#00000000000000ff"] where once(in: 2) {
                ledger.append(Holding(column: pick(counters), holder: holder, units: integer()))
            }
        }
        return FeedRow(position: place, table: table, key: key, content: .row(state, ledger: ledger))
    }

    private mutating func note() -> Note {
        let types: [CellType] = [.integer, .text, .blob]
        return Note(
            kind: pick([.conflict, .quarantine]),
            id: pick([0, 1, 99, .max]),
            fields: (0..<number(0...9)).map { _ in once(in: 4) ? .null : value(pick(types)) }
        )
    }

    /// A few bytes flipped, cut, doubled or put in.
    mutating func mutated(_ piece: [UInt8]) -> [UInt8] {
        var bytes = piece
        for _ in 0..<number(1...4) {
            guard !bytes.isEmpty else { return self.bytes(0...8) }
            let place = number(0...bytes.count - 1)
            switch number(0...6) {
            case 0: bytes[place] ^= 1 << UInt8(number(0...7))
            case 1: bytes[place] = pick([0x00, 0x7f, 0x80, 0xff])
            case 2: bytes.removeSubrange(place..<min(place + number(1...9), bytes.count))
            case 3: bytes.insert(contentsOf: self.bytes(1...9), at: place)
            case 4: bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: 9) + [0x01], at: place)
            case 5: bytes.append(contentsOf: bytes[place...].prefix(50))
            default: bytes.replaceSubrange(place..<min(place + 3, bytes.count), with: self.bytes(3...3))
            }
        }
        return bytes
    }
}

enum Samples {
    static let store: NodeName = {
        guard let name = NodeName("nanjing-3") else { preconditionFailure("a sample that is no name") }
        return name
    }()
}
