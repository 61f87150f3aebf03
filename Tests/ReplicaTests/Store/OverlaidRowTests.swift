import ChangeLog
import NetworkSchema
import Testing

@testable import Replica

@Suite("Own writes on top of the hub's state of a row")
struct OverlaidRowTests {
    private let plan: TablePlan
    private let writer = OverlayWriter(site: StoreShop.site, holder: "nanjing-1")

    init() throws {
        plan = try #require(SchemaPlan(NetworkSchema(yaml: StoreShop.schema)).table(named: "item"))
    }

    private func row(units: Int64, _ ledger: [String: Int64]) throws -> OverlaidRow {
        var values: [Value] = Array(repeating: .null, count: 8)
        values[6] = .integer(5)
        values[7] = .integer(units)
        let clocks = Array(repeating: CellClock(stamp: Stamp(milliseconds: 100), site: SiteID(9)), count: 8)
        let holdings = ledger.sorted { $0.key < $1.key }.map { Holding(column: 7, holder: $0.key, units: $0.value) }
        return try #require(
            OverlaidRow(RowState(life: 1, values: values, clocks: clocks), ledger: holdings, plan: plan)
        )
    }

    private func write(_ kind: Operation.Kind, _ cell: Int, _ value: Value, at milliseconds: Int64 = 200) -> Operation {
        Operation(
            kind,
            table: plan.number,
            key: [.text("a")],
            life: 1,
            stamp: Stamp(milliseconds: milliseconds),
            mask: 1 << UInt64(cell),
            values: [value]
        )
    }

    private func expect(_ row: OverlaidRow, units: Int64, _ ledger: [String: Int64]) {
        #expect(row.row.state?.values[7] == .integer(units))
        #expect(
            Dictionary(row.ledgers[0].holdings.map { ($0.holder, $0.units) }, uniquingKeysWith: { $0 + $1 }) == ledger
        )
    }

    @Test("A spend beyond what is held is taken as the hub will take it, and what nobody has is not shown as spent")
    func beyond() throws {
        var row = try row(units: 12, ["nanjing-1": 2, "nanjing-1#05": 3, "nanjing-2": 4, "hub": 3])
        row.lay(write(.update, 7, .integer(-4)), by: writer, plan: plan)
        expect(row, units: 8, ["nanjing-1#05": 1, "nanjing-2": 4, "hub": 3])
        row.lay(write(.update, 7, .integer(-6)), by: writer, plan: plan)
        expect(row, units: 4, ["nanjing-2": 4])
    }

    @Test("What is minted is the writer's, and a grant moves no more than the giver has")
    func moves() throws {
        var row = try row(units: 5, ["hub": 5])
        row.lay(write(.update, 7, .integer(3)), by: writer, plan: plan)
        expect(row, units: 8, ["nanjing-1": 3, "hub": 5])
        let grant = Operation.Kind.grant(column: 7, to: .hub, units: 9)
        row.lay(Operation(grant, table: plan.number, key: [.text("a")], life: 1, stamp: .zero), by: writer, plan: plan)
        expect(row, units: 8, ["hub": 8])
    }

    @Test("A deleted row has no rights, and a row that begins again has its writer's")
    func begins() throws {
        var row = try row(units: 5, ["hub": 5])
        row.lay(
            Operation(.delete, table: plan.number, key: [.text("a")], life: 2, stamp: Stamp(milliseconds: 300)),
            by: writer,
            plan: plan
        )
        #expect(!row.isAlive && row.ledgers[0].holdings.isEmpty)
        var insert = write(.insert, 7, .integer(4), at: 301)
        insert.life = 3
        row.lay(insert, by: writer, plan: plan)
        expect(row, units: 4, ["nanjing-1": 4])
        #expect(row.row.state?.values[6] == .integer(0))
    }

    @Test("A counter that would leave 64 bits stays as it was")
    func overflow() throws {
        var row = try row(units: 5, ["hub": 5])
        row.lay(write(.update, 6, .integer(.max)), by: writer, plan: plan)
        #expect(row.row.state?.values[6] == .integer(5))
    }
}
