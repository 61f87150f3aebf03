import Transport

/// Spans and moments, as people read them.
enum Ago {
    static func text(milliseconds: Int64) -> String {
        switch milliseconds {
        case ..<1_000: "\(milliseconds) ms"
        case ..<60_000: "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
        case ..<3_600_000: "\(milliseconds / 60_000) min"
        case ..<172_800_000: "\(milliseconds / 3_600_000) h"
        default: "\(milliseconds / 86_400_000) days"
        }
    }

    /// `moment` is in milliseconds since 1970.
    static func text(since moment: Int64?) -> String {
        guard let moment else { return "never" }
        return "\(text(milliseconds: max(WallClock.system.milliseconds() - moment, 0))) ago"
    }
}
