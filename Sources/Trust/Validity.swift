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

    /// For how long after its end the hub still believes a store's certificate. What ends a store's part is the hub's
    /// list, asked at each session; so a store that was away for longer than its certificate lasted comes back by itself,
    /// and renews it first.
    public static let graceMilliseconds: Int64 = yearMilliseconds

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

    /// From when on a node renews it: a third of its life has passed, counted from when the node received it.
    ///
    /// - Parameter received: milliseconds since 1970 UTC, by the node's clock; one that is not to be believed, or lies
    ///   too far back for a store's usual life, makes no certificate live longer than that.
    public func renewalDue(receivedAtMilliseconds received: Int64) -> Int64 {
        let life = notAfterMilliseconds.saturatingSubtract(received)
        return notAfterMilliseconds.saturatingSubtract(min(max(life, 0), Self.storeMilliseconds) / 3 * 2)
    }
}

extension Int64 {
    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, hasOverflowed) = addingReportingOverflow(other)
        return hasOverflowed ? (other < 0 ? .min : .max) : sum
    }

    func saturatingSubtract(_ other: Int64) -> Int64 {
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
