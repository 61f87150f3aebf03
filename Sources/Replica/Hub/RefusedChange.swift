import ChangeLog
import NetworkSchema

/// A line of `linli_quarantine` as a write again: what an operator may accept.
struct RefusedChange {
    let line: Int64
    let store: NodeName
    /// nil, as the others, for a changeset that could not be read.
    let table: HubTable?
    let key: [Value]
    let verb: String
    let mask: UInt64
    /// By ascending cell.
    let values: [Value]

    /// - Throws: `ReplicaError.damaged` when the line is not as it was written.
    init(
        line: Int64,
        store: NodeName,
        table: HubTable?,
        key: [UInt8],
        change: [UInt8]
    ) throws(ReplicaError) {
        self.line = line
        self.store = store
        self.table = table
        do {
            let change = try ChangeReader.change(change)
            verb = change.verb
            guard let plan = table?.plan else {
                (self.key, mask, values) = ([], 0, [])
                return
            }
            self.key = try ChangeReader.array(key)
            guard self.key.count == plan.key.count else { throw MalformedBytes("a key of another table", offset: 0) }
            var cells: [(cell: Int, value: Value)] = []
            for column in change.columns {
                guard let cell = plan.cells.indices.first(where: { plan.column(ofCell: $0).name == column.name }) else {
                    throw MalformedBytes("an unknown column", offset: 0)
                }
                cells.append((cell, try column.value.asCell(of: plan.column(ofCell: cell).cellType)))
            }
            cells.sort { $0.cell < $1.cell }
            mask = cells.reduce(0) { $0 | 1 << UInt64($1.cell) }
            values = cells.map(\.value)
        } catch {
            throw .damaged(what: "line \(line) of linli_quarantine (\(error))")
        }
    }

    /// The write into the row as it stands; nil when there is nothing that it could be written to.
    func operation(stamp: Stamp) throws(ReplicaError) -> Operation? {
        guard let table else { return nil }
        let meta = try table.rows.loadMeta(key)
        let isAlive = meta?.isAlive ?? false
        let life = meta?.life ?? 0
        let kind: Operation.Kind
        switch verb {
        case "insert" where !isAlive: kind = .insert
        case "update" where isAlive: kind = .update
        case "delete" where isAlive: kind = .delete
        default: return nil
        }
        return Operation(
            kind,
            table: table.plan.number,
            key: key,
            life: kind == .update ? life : life + 1,
            stamp: stamp,
            mask: mask,
            values: values
        )
    }
}

extension Value {
    /// As a cell of this type holds it: a blob stands as hexadecimal digits in JSON.
    fileprivate func asCell(of type: CellType) throws(MalformedBytes) -> Value {
        guard type == .blob, case .text(let digits) = self else { return self }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) else {
                throw MalformedBytes("a blob's digits", offset: place)
            }
            bytes.append(byte)
        }
        return .blob(bytes)
    }
}
