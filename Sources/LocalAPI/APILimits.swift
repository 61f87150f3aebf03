import NIOCore

/// Every bound of the HTTP API, in one place, with its reason.
enum APILimits {
    /// A price list of 20,000 entries has less than 1 MiB.
    static let bodyBytesMax = 2 * 1024 * 1024
    /// A till or a mall keeps a handful open; each costs a few KiB.
    static let connectionsMax = 256
    /// A client that says nothing goes.
    static let idleTimeout = TimeAmount.seconds(30)
    /// How often a store gives back what it no longer holds, and the hub looks at who is online.
    static let roundPause = Duration.seconds(1)
    /// A port that another process holds is tried again after this.
    static let portRetry = Duration.seconds(30)
}
