import ChangeLog
import NetworkSchema
import Replica

/// The table that everything is measured on: a text key, two texts, two integers and a counter.
enum BenchTable {
    static let yaml = """
        schema: bench
        version: 1
        currency: CNY
        tables:
          item:
            scope: network
            writer: any
            key: [id]
            columns:
              id:    {type: text}
              name:  {type: text}
              size:  {type: integer}
              price: {type: integer}
              day:   {type: text}
              units: {type: integer, merge: counter}
        """

    /// The same table as anyone would write it, without Linli.
    static let plain = """
        CREATE TABLE item (id TEXT NOT NULL, name TEXT, size INTEGER, price INTEGER, day TEXT,
          units INTEGER DEFAULT 0, PRIMARY KEY (id)) STRICT, WITHOUT ROWID
        """

    static let insert = "INSERT INTO item(id, name, size, price, day, units) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    static let updateOne = "UPDATE item SET price = ?2 WHERE id = ?1"
    static let updateFive = """
        UPDATE item SET name = 'new name ' || ?2, size = size + 1, price = ?2, day = '2026-' || ?2, \
        units = units - 2 WHERE id = ?1
        """

    /// A key of twelve bytes.
    static func key(_ number: Int) -> [UInt8] {
        var key = Array("p00000000000".utf8)
        var (rest, place) = (number, key.count - 1)
        while rest > 0, place > 0 {
            key[place] = UInt8(0x30 + rest % 10)
            (rest, place) = (rest / 10, place - 1)
        }
        return key
    }

    /// Binds row `number` to `insert`: names, sizes, prices and days vary as a catalogue's do.
    static func bind(_ statement: Statement, _ number: Int) {
        statement.bind(1, .text(key(number)))
            .bind(2, .text(names[number % names.count]))
            .bind(3, Int64(250 + number % 40 * 50))
            .bind(4, Int64(number) &* 7 % 100_000)
            .bind(5, .text(days[number / 1_000 % days.count]))
            .bind(6, 100)
    }

    static func plan() throws -> SchemaPlan { SchemaPlan(try NetworkSchema(yaml: yaml)) }

    private static let names = [
        "soy milk, 1 l", "green tea, 250 g", "rice, 5 kg", "noodles, fresh", "eggs, ten", "apples, red", "soap, bar",
        "batteries AA, 4", "dumplings, pork", "vinegar, 500 ml", "peanut oil, 5 l", "bread, sliced",
    ].map { Array($0.utf8) }

    private static let days = (1...28).map { Array("2026-11-\($0 < 10 ? "0" : "")\($0)".utf8) }
}
