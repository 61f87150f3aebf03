import ChangeLog
import NetworkSchema

/// How rows stand to the changeset's site, at its base cursor.
extension ChangesetMerge {
    /// Whether the row is in the site's scope, or left it after the base cursor.
    func isInScope(_ key: [Value], _ meta: RowMeta, _ table: HubTable) throws(ReplicaError) -> Bool {
        if isByOperator || site.scopes.reads(meta.scope) || hub.mistakes.contains(.ignoreAuthority) { return true }
        let knowsBase = !hub.mistakes.contains(.judgeAuthorityNow)
        let row = RowKey(table: table.plan.number, key: key)
        return try hub.feed.entries(of: row).contains { entry in
            site.scopes.reads(entry.scope)
                && (entry.kind == .row || entry.kind == .evicted && entry.position > base && knowsBase)
        }
    }

    func standing(of stored: StoredRow, _ key: [Value], _ table: HubTable) -> Authority.Standing {
        Authority.Standing(
            isInScope: true,
            store: site.storeBytes,
            key: key,
            values: stored.values,
            isBelieved: hub.mistakes.contains(.ignoreAuthority),
            writtenSince: stored.meta.writtenSince(base, besides: site.id, cells: table.plan.cells.count),
            isByOperator: isByOperator
        )
    }

    /// How a row stands that an insert begins: in the scope in which it lands, or whose parent left after the base
    /// cursor.
    func standing(of write: Operation, _ table: HubTable, _ landing: Landing) throws(ReplicaError) -> Authority.Standing
    {
        var standing = Authority.Standing(
            isInScope: true,
            store: site.storeBytes,
            key: write.key,
            values: write.values,
            isBelieved: hub.mistakes.contains(.ignoreAuthority),
            isByOperator: isByOperator
        )
        guard !isByOperator, let scopes = landing.scopes, !site.scopes.receives(scopes) else { return standing }
        standing.isInScope = false
        for case .parent(let number, let place) in table.sources.sources {
            let parent = place.value(key: write.key, values: write.values)
            guard !parent.isNull, let meta = try hub.tables[number].rows.loadMeta([parent]) else { continue }
            if try isInScope([parent], meta, hub.tables[number]) { standing.isInScope = true }
        }
        return standing
    }
}

extension RowMeta {
    /// Value cells that others than `site` wrote after a position, as a mask.
    func writtenSince(_ base: Int64, besides site: Int64, cells: Int) -> UInt64 {
        var mask: UInt64 = clockPosition > base && self.site != site ? (1 << UInt64(cells)) - 1 : 0
        for one in exceptions {
            let bit: UInt64 = 1 << UInt64(one.cell)
            if one.position > base, one.site != site { mask |= bit } else { mask &= ~bit }
        }
        return mask
    }
}

extension HubTable {
    /// Why no row of the table can hold what was written: a key that JSON cannot carry, a counter without a number, a
    /// value beyond its bound.
    func fault(of write: Operation) -> QuarantineReason? {
        for place in textKeys {
            guard case .text(let bytes) = write.key[place], bytes.count <= cellBytesMax, bytes.isKeyText else {
                return .key
            }
        }
        var rest = write.mask
        for value in write.values {
            let cell = rest.trailingZeroBitCount
            rest &= rest - 1
            switch value {
            case .integer(let number):
                if counters >> UInt64(cell) & 1 == 1, !CounterBounds.range.contains(number) {
                    return .overflow(column: plan.column(ofCell: cell).name)
                }
            case .null:
                if counters >> UInt64(cell) & 1 == 1 {
                    return .check("\(plan.column(ofCell: cell).name) is not an integer")
                }
            case .text(let bytes), .blob(let bytes):
                if bytes.count > cellBytesMax {
                    return .check("\(plan.column(ofCell: cell).name) is longer than \(cellBytesMax) bytes")
                }
            }
        }
        return nil
    }
}

extension CounterBounds {
    static let range = -SchemaLimits.unitsMax...SchemaLimits.unitsMax
}

extension [UInt8] {
    /// UTF-8 without NUL.
    fileprivate var isKeyText: Bool {
        var isPlain = true
        for byte in self {
            if byte == 0 { return false }
            if byte >= 0x80 { isPlain = false }
        }
        return isPlain || String(validating: self, as: UTF8.self) != nil
    }
}
