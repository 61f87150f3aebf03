import ChangeLog

/// A stored row as `RowMerge` sees it, and back: site numbers become sites, and the clocks that a row shares are
/// written once.
extension HubWriter {
    func rowMerge(_ stored: StoredRow, cells: Int) -> RowMerge {
        let meta = stored.meta
        guard meta.isAlive else { return RowMerge(deadAt: meta.life, deletedAt: Position(meta.deletedAt)) }
        let shared = clock(stamp: meta.stamp, site: meta.site, position: meta.clockPosition)
        var clocks = Array(repeating: shared, count: cells)
        for one in meta.exceptions where one.cell < cells {
            clocks[one.cell] = clock(stamp: one.stamp, site: one.site, position: one.position)
        }
        return RowMerge(
            state: RowState(life: meta.life, values: stored.values, clocks: clocks),
            deletedAt: Position(meta.deletedAt)
        )
    }

    /// Writes the row's clocks into its entry: those of most cells once, the others as exceptions.
    ///
    /// - Parameter clocked: the cells whose clocks count, as a mask.
    func write(_ clocks: [CellClock], clocked: UInt64, into meta: inout RowMeta) {
        var shared = clock(stamp: meta.stamp, site: meta.site, position: meta.clockPosition)
        if let first = clocks.indices.first(where: { clocked >> UInt64($0) & 1 == 1 }),
            clocks.indices.allSatisfy({ clocked >> UInt64($0) & 1 == 0 || clocks[$0] == clocks[first] })
        {
            shared = clocks[first]
            meta.stamp = shared.stamp.packed
            meta.site = number(of: shared.site)
            meta.clockPosition = shared.position.number
        }
        meta.exceptions = []
        for cell in clocks.indices where clocked >> UInt64(cell) & 1 == 1 && clocks[cell] != shared {
            let one = clocks[cell]
            meta.exceptions.append(
                CellException(
                    cell: cell,
                    stamp: one.stamp.packed,
                    site: number(of: one.site),
                    position: one.position.number
                )
            )
        }
    }

    private func clock(stamp: Int64, site: Int64, position: Int64) -> CellClock {
        CellClock(
            stamp: Stamp(packed: stamp) ?? .zero,
            site: sites[site].site,
            position: Position(position)
        )
    }

    private func number(of site: SiteID) -> Int64 { sites[site]?.id ?? HubSite.hubID }
}
