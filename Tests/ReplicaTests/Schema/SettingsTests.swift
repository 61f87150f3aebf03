import ChangeLog
import Replica
import Testing

@Suite struct SettingsTests {
    @Test func whatIsPutIsThere() throws {
        let store = try CornerReplica.store()
        try store.connection.write { sql in
            let settings = Settings(sql)
            #expect(try settings.role() == store.role)
            #expect(try settings.site() == SiteID(7))
            #expect(try settings.schemaVersion() == 1)
            #expect(try settings.cursor() == .start)
            #expect(try settings.hubStamp() == .zero)
            #expect(try settings.epoch(.epoch) == .none)
            let cursor = Cursor(epoch: Epoch(.max), position: Position(9))
            try settings.put(cursor: cursor)
            #expect(try settings.cursor() == cursor)
            try settings.put(.hubStamp, 77)
            #expect(try settings.hubStamp().packed == 77)
            try settings.put(site: SiteID(0xff))
            #expect(try settings.text(.site) == "00000000000000ff")
            #expect(try settings.textIfAny(.address) == nil)
        }
        #expect(try CornerReplica(.hub).connection.use { try Settings($0).role() } == .hub)
    }

    @Test(arguments: [
        ("site", "'no hex'"), ("role", "'king'"), ("node", "'Not A Name'"), ("schema_version", "'one'"),
        ("hub_stamp", "-1"), ("cursor_epoch", "5"),
    ])
    func aDamagedSettingIsNamed(name: String, value: String) throws {
        let store = try CornerReplica.store()
        try store.run("INSERT OR REPLACE INTO linli_setting VALUES ('cursor_position', 1), ('\(name)', \(value))")
        #expect(throws: ReplicaError.damagedSetting(name: name)) {
            try store.connection.use { sql in
                let settings = Settings(sql)
                _ = (try settings.site(), try settings.role(), try settings.schemaVersion(), try settings.hubStamp())
                _ = try settings.cursor()
            }
        }
        try store.run("DELETE FROM linli_setting WHERE name = 'site'")
        #expect(throws: ReplicaError.damagedSetting(name: "site")) {
            try store.connection.use { _ = try Settings($0).site() }
        }
    }
}
