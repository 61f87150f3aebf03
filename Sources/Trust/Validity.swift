import FoundationEssentials

/// From when to when a certificate is believed. Milliseconds since 1970 UTC, on whole seconds (X.509 knows no less).
///
/// Every certificate begins in 1970: a start date protects nothing here, and a till whose clock battery is dead, or a
/// hub whose clock was wrong for an hour, must still be able to connect and have its clock measured.
/// What ends a store's right to take part is the hub's list of stores, asked at each session, not its certificate.
public struct Validity: Hashable, Sendable {
    private static let yearMilliseconds: Int64 = 365 * 24 * 3_600 * 1_000

    /// The authority, and the hub beside it: their keys lie in one directory, so a shorter life of the hub's
    /// certificate would protect nothing, and stores with a wrong clock would turn the hub away.
    public static let authorityMilliseconds: Int64 = 20 * yearMilliseconds
    /// A store renews after a third of this. One that goes offline just before has two thirds left, so that a store
    /// that was away for a year comes back by itself.
    public static let storeMilliseconds: Int64 = 3 * yearMilliseconds

    public let notBeforeMilliseconds: Int64
    public let notAfterMilliseconds: Int64

    public init(notBeforeMilliseconds: Int64, notAfterMilliseconds: Int64) {
        self.notBeforeMilliseconds = notBeforeMilliseconds / 1_000 * 1_000
        self.notAfterMilliseconds = notAfterMilliseconds / 1_000 * 1_000
    }

    /// From 1970 until `lifetimeMilliseconds` after `now`.
    public init(lifetimeMilliseconds: Int64, from now: Int64) {
        self.init(notBeforeMilliseconds: 0, notAfterMilliseconds: now.saturatingAdd(lifetimeMilliseconds))
    }

    init(from: Date, to: Date) {
        self.init(notBeforeMilliseconds: from.unixMilliseconds, notAfterMilliseconds: to.unixMilliseconds)
    }

    /// When it ends, in UTC, for operators.
    public var endText: String { dateText(ofMilliseconds: notAfterMilliseconds) }

    /// Less than two thirds of a store certificate's usual life is left.
    public func isRenewalDue(atMilliseconds now: Int64) -> Bool {
        notAfterMilliseconds.saturatingSubtract(now) < Self.storeMilliseconds / 3 * 2
    }
}

extension Int64 {
    fileprivate func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, hasOverflowed) = addingReportingOverflow(other)
        return hasOverflowed ? (other < 0 ? .min : .max) : sum
    }

    fileprivate func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, hasOverflowed) = subtractingReportingOverflow(other)
        return hasOverflowed ? (other < 0 ? .max : .min) : difference
    }
}

extension Date {
    init(unixMilliseconds: Int64) { self.init(timeIntervalSince1970: Double(unixMilliseconds) / 1_000) }

    /// Drawn in to what 64 bits can hold.
    fileprivate var unixMilliseconds: Int64 {
        Int64(exactly: (timeIntervalSince1970 * 1_000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }
}

/// A time as operators read it, in UTC.
func dateText(ofMilliseconds milliseconds: Int64) -> String {
    Date(unixMilliseconds: milliseconds).formatted(.iso8601)
}
