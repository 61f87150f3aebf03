import ChangeLog

/// The clocks of a row's `last` and `first` cells as one byte string, for the time that a round is applied.
///
///     clocks := 0 fixed64(stamp) fixed64(site)                      all cells have this one
///             | 1 (fixed64(stamp) fixed64(site))*                   one for each clocked cell, ascending
enum CellClocks {
    static func bytes(_ clocks: [CellClock], clocked: UInt64) -> [UInt8] {
        let own = clocks.indices.filter { clocked >> UInt64($0) & 1 == 1 }.map { clocks[$0] }
        let isOne = own.allSatisfy { $0.stamp == own[0].stamp && $0.site == own[0].site }
        var out = ByteWriter()
        out.byte(isOne ? 0 : 1)
        for clock in isOne ? own.prefix(1) : own[...] {
            out.fixed64(UInt64(clock.stamp.packed))
            out.fixed64(clock.site.raw)
        }
        return out.bytes
    }

    /// nil when the bytes are not what `bytes(_:clocked:)` makes.
    static func read(_ bytes: [UInt8], clocked: UInt64, count: Int) -> [CellClock]? {
        var clocks = Array(repeating: CellClock.zero, count: count)
        guard clocked != 0 else { return clocks }
        do {
            var reader = ByteReader(bytes)
            let isOne = try reader.byte() == 0
            var clock = CellClock.zero
            for (number, cell) in clocks.indices.filter({ clocked >> UInt64($0) & 1 == 1 }).enumerated() {
                if !isOne || number == 0 {
                    guard let stamp = Stamp(packed: Int64(bitPattern: try reader.fixed64())) else { return nil }
                    clock = CellClock(stamp: stamp, site: SiteID(try reader.fixed64()))
                }
                clocks[cell] = clock
            }
        } catch {
            return nil
        }
        return clocks
    }
}
