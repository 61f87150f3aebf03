import ChangeLog
import Replica

/// Rights: purses that stay where they are, and wallets that move between stores.
extension RulesWorkload {
    func usePurse(_ writer: Writer) {
        let stores = writer.neighbourhood.stores
        let home = (writer.isHub ? chances[writer.place].pick(stores) : stores[writer.place]).name
        let id = chances[writer.place].below(Self.purses)
        let units = chances[writer.place].between(1...30)
        let key = "home = '\(home)' AND id = '\(id)'"
        let draw = chances[writer.place].below(6)
        let statement =
            switch draw {
            case 0 where !writer.isHub: "UPDATE purse SET units = units + \(units) WHERE \(key)"
            case 1:
                """
                INSERT INTO linli_grant("table", "key", "column", "to", units) VALUES ('purse', \
                json_array('\(home)', '\(id)'), 'units', '\(writer.isHub ? home.text : "hub")', \(units))
                """
            default: "UPDATE purse SET units = units - \(units) WHERE \(key)"
            }
        var changed = 0
        let made = ledger.write(statement, at: writer.machine, writer.till) { sql in
            try sql.execute(statement)
            changed = sql.changes
        }
        guard changed > 0, draw != 1, made.fate != .refused else { return }
        spends.append(
            PurseMove(write: made.number, home: home, purse: id, units: draw == 0 && !writer.isHub ? units : -units)
        )
    }

    /// The hub grants, too: units that a store has not heard of when the row moves away.
    func useWallet(_ writer: Writer) {
        let stores = writer.neighbourhood.stores
        let draw = chances[writer.place].below(6)
        let units = chances[writer.place].between(1...20)
        if !writer.isHub, wallets == 0 || draw == 0 {
            wallets += 1
            _ = ledger.write("wallet \(wallets) made", at: writer.machine, writer.till) { [wallets] sql in
                try sql.execute(
                    "INSERT INTO wallet(id, home, units) VALUES ('w\(wallets)', '\(writer.machine.name)', 50)"
                )
            }
            return
        }
        let id = "w\(max(1, wallets - chances[writer.place].below(6)))"
        let home = chances[writer.place].pick(stores).name
        let statement =
            switch draw {
            case 1..<3 where writer.isHub: "UPDATE wallet SET home = '\(home)' WHERE id = '\(id)'"
            case 3 where writer.isHub:
                """
                INSERT INTO linli_grant("table", "key", "column", "to", units) \
                SELECT 'wallet', json_array(id), 'units', home, \(units) FROM wallet WHERE id = '\(id)'
                """
            default: "UPDATE wallet SET units = units - \(units) WHERE id = '\(id)'"
            }
        _ = ledger.write(statement, at: writer.machine, writer.till) { sql in try sql.execute(statement) }
    }
}
