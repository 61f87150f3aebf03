import ChangeLog

/// Whose writes the entries of a chunk are. A chunk that many sites share cannot leave out each one's own writes; but
/// one that is nothing but the writes of one site need not be sent to that site at all. That is what a store with a
/// month of sales, or a catalogue that is loaded at one store, would get back otherwise.
enum ChunkAuthor: Hashable, Sendable {
    case nobody
    /// All entries are rows whose last writer is this site; nobody else changed any of them after the position.
    case only(Int64, foreignPosition: Int64)
    case several

    mutating func add(_ row: FeedTable.Row) {
        switch (self, row.entry.content) {
        case (.nobody, .row): self = .only(row.by, foreignPosition: row.foreignPosition)
        case (.only(let site, let position), .row) where site == row.by:
            self = .only(site, foreignPosition: max(position, row.foreignPosition))
        default: self = .several
        }
    }

    /// The site shows all of it already.
    func isEcho(of echo: FeedRequest.Echo?) -> Bool {
        guard let echo, case .only(let site, let position) = self, site == echo.site else { return false }
        return position <= echo.roundBegan
    }
}
