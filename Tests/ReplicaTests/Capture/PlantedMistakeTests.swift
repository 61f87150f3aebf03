import Replica
import Testing

/// The random run finds each of these mistakes when it is planted into the triggers of a replica: what it passes is
/// checked indeed.
@Suite struct PlantedMistakeTests {
    struct Mistake: CustomTestStringConvertible, Sendable {
        let trigger: String
        let from: String
        let to: String

        var testDescription: String { "\(trigger): \(from) → \(to)" }
    }

    static let mistakes = [
        Mistake(trigger: "linli_replacement_mark", from: "(SELECT found FROM linli_replace WHERE one = 1)", to: "0"),
        Mistake(trigger: "linli_replacement_shelf", from: "SET found = 0", to: "SET found = 1"),
        Mistake(trigger: "linli_insert_mark", from: "NEW.\"n\", NEW.\"m\"", to: "NEW.\"m\", NEW.\"n\""),
        Mistake(trigger: "linli_insert_tick", from: "VALUES (13, ", to: "VALUES (12, "),
        Mistake(trigger: "linli_insert_stock", from: "NEW.\"available\" - 0", to: "NEW.\"available\" + 1"),
        Mistake(trigger: "linli_insert_voucher", from: "NEW.\"uses\" - (-2)", to: "NEW.\"uses\""),
        Mistake(
            trigger: "linli_update_mark",
            from: "(OLD.\"t\" IS NOT NEW.\"t\") << 6",
            to: "(OLD.\"t\" <> NEW.\"t\") << 6"
        ),
        Mistake(trigger: "linli_update_mark", from: "(OLD.\"b\" IS NOT NEW.\"b\") << 4", to: "0"),
        Mistake(trigger: "linli_update_mark", from: "NEW.\"m\" - OLD.\"m\"", to: "OLD.\"m\" - NEW.\"m\""),
        Mistake(
            trigger: "linli_update_customer_order",
            from: "(OLD.\"cancelled_at\" IS NULL AND NEW.\"cancelled_at\" IS NOT NULL)",
            to: "0"
        ),
        Mistake(trigger: "linli_key_tick", from: "IS NOT NEW.\"a\"", to: "> NEW.\"a\""),
        Mistake(
            trigger: "linli_rights1_stock",
            from: "< OLD.\"available\" - NEW.\"available\"",
            to: "< OLD.\"available\" - NEW.\"available\" - 1"
        ),
        Mistake(
            trigger: "linli_rights1_stock",
            from: "NEW.\"available\" - OLD.\"available\") ON",
            to: "OLD.\"available\") ON"
        ),
        Mistake(trigger: "linli_delete_stock", from: "<> OLD.\"available\" - 0", to: "> OLD.\"available\" - 0"),
        Mistake(
            trigger: "linli_delete_stock",
            from: "DELETE FROM \"linli_held_stock\" WHERE",
            to: "DELETE FROM \"linli_held_stock\" WHERE 0 AND"
        ),
        Mistake(trigger: "linli_delete_tick", from: "OLD.\"a\"", to: "OLD.\"n\""),
        Mistake(trigger: "linli_insert_linli_grant", from: "< NEW.units THEN", to: "< NEW.units - 1 THEN"),
        Mistake(
            trigger: "linli_insert_linli_grant",
            from: "\"available\" - NEW.units",
            to: "\"available\" - NEW.units + 1"
        ),
        Mistake(trigger: "linli_keep2_mark", from: "SET active = 0", to: "SET active = 1"),
    ]

    @Test(arguments: mistakes) func isFound(mistake: Mistake) throws {
        var isFound = false
        for seed in UInt64(0)..<40 where !isFound {
            let store = try CornerReplica.store()
            try #require(try store.plant(mistake), "no trigger says so")
            do {
                let run = CaptureRun(seed: seed, plan: store.plan)
                isFound = try run.run(statements: 400, by: store.connection, on: store.connection) != nil
            } catch is ReplicaError {
                isFound = true
            }
        }
        #expect(isFound)
    }
}

extension CornerReplica {
    /// Alters one trigger and leaves the order of all; false when the trigger does not say what is to be altered.
    fileprivate func plant(_ mistake: PlantedMistakeTests.Mistake) throws -> Bool {
        try connection.use { sql in
            var triggers: [(name: String, sql: String)] = []
            let all = try sql.statement("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid")
            while try all.step() { triggers.append((all.string(0), all.string(1))) }
            guard let place = triggers.firstIndex(where: { $0.name == mistake.trigger }) else { return false }
            let altered = Self.replacing(mistake.from, with: mistake.to, in: triggers[place].sql)
            guard altered != triggers[place].sql else { return false }
            triggers[place].sql = altered
            for trigger in triggers { try sql.execute("DROP TRIGGER \"\(trigger.name)\"") }
            for trigger in triggers { try sql.execute(trigger.sql) }
            return true
        }
    }

    private static func replacing(_ from: String, with to: String, in text: String) -> String {
        var (out, rest) = ("", text[...])
        while let range = rest.firstRange(of: from) {
            out += rest[..<range.lowerBound] + to
            rest = rest[range.upperBound...]
        }
        return out + rest
    }
}
