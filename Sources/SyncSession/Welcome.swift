public import ChangeLog

/// The hub's answer to `Hello`.
public struct Welcome: Hashable, Sendable {
    public var version: Int
    public var program: String
    /// The hub's name of the network.
    public var network: String
    public var epoch: Epoch
    /// The tag that the store stores and confirms before anything else.
    public var tag: SessionTag
    public var limits: Limits
    public var schemaVersion: Int
    /// What the hub has of this site's change log; the store pushes from the next number.
    public var acknowledged: ChangesetNumber
    /// Parts that the hub holds of the number after that; always fewer than the number has.
    public var partsHeld: Int
    /// How the store's state goes on.
    public var way: Way
    public var region: String
    public var head: Position
    /// The store's wall clock as it was in `Hello`, and the hub's.
    public var helloWallMilliseconds: Int64
    public var wallMilliseconds: Int64
    /// With `resync`: the hub lost what it once sent this store from positions above this one, and asks for offers.
    public var offersAfter: Position?
    /// The hash of changeset `acknowledged`; nil when that is 0, and from a hub that does not tell.
    public var acknowledgedHash: ChangesetHash?
    /// Another site speaks for the store, or none: this one's outbox is taken, and its rights stay frozen.
    public var isFenced: Bool

    public enum Way: UInt8, Hashable, Sendable {
        /// The feed goes on from the store's cursor, and from what it has staged. From the cursor `start` the round is
        /// a complete one, as after `resync`.
        case resume = 0
        /// The hub does not know the cursor: what was staged is dropped, outbox first, then all live rows; rows not
        /// named are removed.
        case resync = 1
        /// The feed goes on from the store's cursor; what was staged is dropped, because it is of another epoch, or the
        /// horizon has passed it.
        case restart = 2
    }

    public init(
        version: Int,
        program: String,
        network: String,
        epoch: Epoch,
        tag: SessionTag,
        limits: Limits,
        schemaVersion: Int,
        acknowledged: ChangesetNumber,
        partsHeld: Int,
        way: Way,
        region: String,
        head: Position,
        helloWallMilliseconds: Int64,
        wallMilliseconds: Int64,
        offersAfter: Position? = nil,
        acknowledgedHash: ChangesetHash? = nil,
        isFenced: Bool = false
    ) {
        self.version = version
        self.program = program
        self.network = network
        self.epoch = epoch
        self.tag = tag
        self.limits = limits
        self.schemaVersion = schemaVersion
        self.acknowledged = acknowledged
        self.partsHeld = partsHeld
        self.way = way
        self.region = region
        self.head = head
        self.helloWallMilliseconds = helloWallMilliseconds
        self.wallMilliseconds = wallMilliseconds
        self.offersAfter = offersAfter
        self.acknowledgedHash = acknowledgedHash
        self.isFenced = isFenced
    }
}
