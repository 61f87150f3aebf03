public import ChangeLog

/// What a replica knows of itself: one row a fact in `linli_setting`.
public enum SettingName: String, Sendable, CaseIterable {
    /// The file format; see `ReplicaSchema.format`.
    case format
    /// `hub` or `store`.
    case role
    /// `hub`, or the store's name.
    case node
    /// Sixteen hexadecimal digits.
    case site
    /// The site that this one was before it turned out to be a copy.
    case formerSite = "former_site"
    /// The site that this file was made for; its copies have it too, whatever they became.
    case origin
    case network, region, address
    case schemaVersion = "schema_version"
    /// A store's cursor: the epoch as sixteen hexadecimal digits, and the position.
    case cursorEpoch = "cursor_epoch"
    case cursorPosition = "cursor_position"
    /// The number of the store's last changeset that the cursor's state includes.
    case included
    /// The greatest stamp of the hub, as packed.
    case hubStamp = "hub_stamp"
    /// The capture's `seq` that was sealed through.
    case captured
    /// The hub's present epoch, as sixteen hexadecimal digits.
    case epoch
    /// The hub's greatest feed position.
    case head
    /// The hub dropped tombstones up to this position although a store may not have seen them.
    case floor
    /// The greatest position of a tombstone that was dropped.
    case collected
    /// The hub's file came out of a backup that was made at this time, and no daemon has opened it since.
    case restored
    /// The hub's head when it came out of its last backup: what stood above it in another history is lost.
    case restoredHead = "restored_head"
    /// When that was, in milliseconds since 1970 UTC.
    case restoredAt = "restored_at"
    /// What the hub marks its feed with; see `FeedSeal`.
    case feedKey = "feed_key"
}

/// Typed access to `linli_setting`. The caller owns the transaction.
public struct Settings {
    private let sql: SQL

    public init(_ sql: SQL) { self.sql = sql }

    public func integerIfAny(_ name: SettingName) throws(ReplicaError) -> Int64? {
        switch try value(name) {
        case .none, .some(.null): return nil
        case .some(.integer(let number)): return number
        case .some: throw .damagedSetting(name: name.rawValue)
        }
    }

    public func textIfAny(_ name: SettingName) throws(ReplicaError) -> String? {
        switch try value(name) {
        case .none, .some(.null): return nil
        case .some(.text(let bytes)): return String(decoding: bytes, as: UTF8.self)
        case .some: throw .damagedSetting(name: name.rawValue)
        }
    }

    func bytesIfAny(_ name: SettingName) throws(ReplicaError) -> [UInt8]? {
        switch try value(name) {
        case .none, .some(.null): return nil
        case .some(.blob(let bytes)): return bytes
        case .some: throw .damagedSetting(name: name.rawValue)
        }
    }

    public func integer(_ name: SettingName) throws(ReplicaError) -> Int64 {
        guard let number = try integerIfAny(name) else { throw .damagedSetting(name: name.rawValue) }
        return number
    }

    public func text(_ name: SettingName) throws(ReplicaError) -> String {
        guard let text = try textIfAny(name) else { throw .damagedSetting(name: name.rawValue) }
        return text
    }

    public func put(_ name: SettingName, _ value: Value) throws(ReplicaError) {
        try sql.statement(
            "INSERT INTO linli_setting(name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value"
        ).bind(1, name.rawValue).bind(2, value).run()
    }

    public func put(_ name: SettingName, _ text: String) throws(ReplicaError) {
        try put(name, .text(Array(text.utf8)))
    }

    public func put(_ name: SettingName, _ number: Int64) throws(ReplicaError) { try put(name, .integer(number)) }

    // MARK: Facts with a type of their own

    public func site() throws(ReplicaError) -> SiteID {
        guard let site = SiteID(try text(.site)) else { throw .damagedSetting(name: SettingName.site.rawValue) }
        return site
    }

    public func put(site: SiteID) throws(ReplicaError) { try put(.site, site.description) }

    /// Which node this is, as its triggers were made for.
    public func role() throws(ReplicaError) -> NodeRole {
        switch try text(.role) {
        case "hub": return .hub
        case "store":
            guard let name = NodeName(try text(.node)), !name.isHub else {
                throw .damagedSetting(name: SettingName.node.rawValue)
            }
            return .store(name, region: try textIfAny(.region) ?? "")
        default: throw .damagedSetting(name: SettingName.role.rawValue)
        }
    }

    /// `start` while nothing was received.
    public func cursor() throws(ReplicaError) -> Cursor {
        guard let position = try integerIfAny(.cursorPosition) else { return .start }
        return Cursor(epoch: try epoch(.cursorEpoch), position: Position(position))
    }

    public func put(cursor: Cursor) throws(ReplicaError) {
        try put(.cursorEpoch, cursor.epoch.description)
        try put(.cursorPosition, cursor.position.number)
    }

    /// `none` while it was never put.
    public func epoch(_ name: SettingName) throws(ReplicaError) -> Epoch {
        guard let text = try textIfAny(name) else { return .none }
        guard let raw = SiteID(text)?.raw else { throw .damagedSetting(name: name.rawValue) }
        return Epoch(raw)
    }

    public func put(_ name: SettingName, epoch: Epoch) throws(ReplicaError) { try put(name, epoch.description) }

    public func schemaVersion() throws(ReplicaError) -> Int { Int(try integer(.schemaVersion)) }

    public func hubStamp() throws(ReplicaError) -> Stamp {
        guard let packed = try integerIfAny(.hubStamp) else { return .zero }
        guard let stamp = Stamp(packed: packed) else { throw .damagedSetting(name: SettingName.hubStamp.rawValue) }
        return stamp
    }

    private func value(_ name: SettingName) throws(ReplicaError) -> Value? {
        let statement = try sql.statement("SELECT value FROM linli_setting WHERE name = ?1").bind(1, name.rawValue)
        defer { statement.clear() }
        return try statement.step() ? statement.value(0) : nil
    }
}
