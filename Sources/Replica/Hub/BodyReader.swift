public import ChangeLog
import Crypto

/// The segments of a changeset's body, one at a time, wherever they lie.
struct BodyReader {
    private enum Source {
        case segments([[UInt8]])
        case held(HeldParts, SiteID, ChangesetNumber)
    }

    private let source: Source
    private let count: Int

    init(_ changeset: IncomingChangeset, held: HeldParts) {
        count = changeset.header.segments
        switch changeset.body {
        case .segments(let segments): source = .segments(segments)
        case .held: source = .held(held, changeset.header.site, changeset.header.number)
        }
    }

    func forEach(_ body: (Int, [UInt8]) throws -> Void) throws {
        for part in 0..<count {
            guard let bytes = try segment(part) else { return }
            try body(part, bytes)
        }
    }

    /// Why the body is not the one that the header names; nil when it is.
    func fault(against header: ChangesetHeader) throws -> String? {
        if case .segments(let segments) = source, segments.count != count {
            return "\(segments.count) of \(count) segments"
        }
        var hash = SHA256()
        var parts = 0
        try forEach { _, bytes in
            hash.update(data: bytes)
            parts += 1
        }
        if parts != count { return "\(parts) of \(count) segments" }
        return ChangesetHash(hash.finalize()) == header.bodyHash ? nil : "its hash differs from its header's"
    }

    private func segment(_ part: Int) throws -> [UInt8]? {
        switch source {
        case .segments(let segments): part < segments.count ? segments[part] : nil
        case .held(let held, let site, let number): try held.part(part, of: number, site: site)
        }
    }
}

extension ChangesetHeader {
    /// By which the next changeset is chained to this one.
    public var hash: ChangesetHash {
        ChangesetHash(SHA256.hash(data: chainBytes)) ?? .none
    }
}
