import ChangeLog
import Replica

/// Rows that come and go: things of any shape, graves that stay closed, folders that move with their pages.
extension RulesWorkload {
    func changeThing(_ writer: Writer) {
        let thing = chances[writer.place].pick(shape.things)
        let id = "\(thing.name)-\(chances[writer.place].below(Self.keysEach))"
        let home = self.home(of: thing, writer)
        let values = thing.columns.map { (name: $0.name, sql: value(of: $0, writer.place)) }
        let names = (["id", "home"] + values.map { $0.name }).joined(separator: ", ")
        let row = (["'\(id)'", "'\(home)'"] + values.map { $0.sql }).joined(separator: ", ")
        let one = chances[writer.place].below(values.count)
        let set = "\(values[one].name) = \(change(thing.columns[one], values[one].sql))"
        let statement =
            switch chances[writer.place].below(10) {
            case 0..<2: "INSERT OR IGNORE INTO \(thing.name)(\(names)) VALUES (\(row))"
            case 2..<6: "UPDATE \(thing.name) SET \(set) WHERE id = '\(id)'"
            case 6: "INSERT INTO \(thing.name)(\(names)) VALUES (\(row)) ON CONFLICT(id) DO UPDATE SET \(set)"
            case 7: "INSERT OR REPLACE INTO \(thing.name)(\(names)) VALUES (\(row))"
            case 8: "DELETE FROM \(thing.name) WHERE id = '\(id)'"
            default:
                "DELETE FROM \(thing.name) WHERE id = '\(id)'; "
                    + "INSERT OR IGNORE INTO \(thing.name)(\(names)) VALUES (\(row))"
            }
        _ = ledger.write(statement, at: writer.machine, writer.till) { sql in try sql.execute(statement) }
    }

    func home(of thing: RulesSchema.Thing, _ writer: Writer) -> String {
        let stores = writer.neighbourhood.stores
        let store = writer.isHub ? chances[writer.place].pick(stores) : stores[writer.place]
        return thing.place == .region ? store.region : store.name.text
    }

    func value(of column: RulesSchema.Column, _ place: Int) -> String {
        let number = chances[place].between(0...9)
        switch column.type {
        case "text": return number == 0 ? "NULL" : "'w\(number)-\(place)'"
        case "boolean": return "\(number % 2)"
        case "blob": return "x'0\(number)'"
        default: return column.rule == "counter" ? "\(number)" : number == 0 ? "NULL" : "\(number)"
        }
    }

    func change(_ column: RulesSchema.Column, _ value: String) -> String {
        column.rule == "counter" ? "\(column.name) + \(value) - 4" : value
    }

    func touchGrave(_ writer: Writer) {
        if writer.isHub, chances[writer.place].perMille(500) {
            graves += 1
            _ = ledger.write("grave \(graves) made", at: writer.machine, writer.till) { [graves] sql in
                try sql.execute("INSERT INTO grave(id, word) VALUES ('\(graves)', 'new')")
            }
            return
        }
        guard graves > 0 else { return }
        let id = "\(max(1, graves - chances[writer.place].below(5)))"
        guard chances[writer.place].perMille(300) else {
            let word = "\(writer.machine.name) \(ledger.entries.count)"
            _ = ledger.write("grave \(id) word", at: writer.machine, writer.till) { sql in
                try sql.execute("UPDATE grave SET word = '\(word)' WHERE id = '\(id)'")
            }
            return
        }
        var changed = 0
        let made = ledger.write("grave \(id) deleted", at: writer.machine, writer.till) { sql in
            try sql.execute("DELETE FROM grave WHERE id = '\(id)'")
            changed = sql.changes
        }
        if changed > 0, made.fate == .committed { buried.append((made.number, id)) }
    }

    func useFolder(_ writer: Writer) {
        let stores = writer.neighbourhood.stores
        let home = (writer.isHub ? chances[writer.place].pick(stores) : stores[writer.place]).name
        let draw = chances[writer.place].below(10)
        if folders.isEmpty || draw < 2 {
            let id = "folder-\(folders.count + 1)"
            let made = ledger.write("\(id) made", at: writer.machine, writer.till) { sql in
                try sql.execute("INSERT INTO folder(id, home, title) VALUES ('\(id)', '\(home)', 'new')")
                for page in 1...2 {
                    try sql.execute("INSERT INTO page(folder_id, number, body) VALUES ('\(id)', \(page), 'p')")
                }
            }
            folders.append((made.number, id))
            return
        }
        let id = "folder-\(max(1, folders.count - chances[writer.place].below(8)))"
        let number = 1 + chances[writer.place].below(4)
        let isHere = "EXISTS (SELECT 1 FROM folder WHERE id = '\(id)')"
        let statement =
            switch draw {
            case 2..<4 where writer.isHub: "UPDATE folder SET home = '\(home)' WHERE id = '\(id)'"
            case 2..<5: "UPDATE folder SET title = '\(writer.machine.name) \(ledger.entries.count)' WHERE id = '\(id)'"
            case 5: "INSERT OR IGNORE INTO page(folder_id, number, body) SELECT '\(id)', \(number), 'q' WHERE \(isHere)"
            case 6: "DELETE FROM page WHERE folder_id = '\(id)' AND number = \(number)"
            case 7: "DELETE FROM folder WHERE id = '\(id)'"
            default:
                "UPDATE page SET body = 'b\(ledger.entries.count)', hits = hits + 1 WHERE folder_id = '\(id)' "
                    + "AND number = \(number)"
            }
        _ = ledger.write(statement, at: writer.machine, writer.till) { sql in try sql.execute(statement) }
    }
}
