/// A schema with every merge rule and every kind of scope, its tables and columns drawn from a seed.
///
///     thing0…   any columns, any scope and writer; updated, upserted, replaced, deleted, inserted again
///     tally     a counter that everyone adds to, directly and by facts; never deleted
///     fact      immutable, with an effect on a tally
///     grave     made by the hub; once deleted it stays so, whoever updates it meanwhile
///     purse     rights: minted by its store, spent by both ends, granted
///     box       a counter with one writer, replaced whole now and then
///     wallet    rights that move between stores with their row
///     folder    moves between stores, with its pages
struct RulesSchema {
    struct Column: Hashable {
        let name: String
        let rule: String
        let type: String
    }

    struct Thing: Hashable {
        enum Place: String, CaseIterable { case network, store, region }

        let name: String
        let place: Place
        let writer: String
        let columns: [Column]
    }

    let things: [Thing]

    init(_ chance: inout Chance) {
        things = (0..<(1 + chance.below(3))).map { number in
            let columns = (0..<(1 + chance.below(6))).map { Self.column($0, &chance) }
            let place = chance.pick(Thing.Place.allCases)
            return Thing(
                name: "thing\(number)",
                place: place,
                writer: chance.pick(["any", "any", "hub", "store"]),
                columns: columns
            )
        }
    }

    private static func column(_ number: Int, _ chance: inout Chance) -> Column {
        let (rule, type) = chance.pick([
            ("last", "text"), ("last", "integer"), ("last", "boolean"), ("last", "blob"), ("first", "time"),
            ("first", "text"), ("max", "integer"), ("min", "integer"), ("counter", "integer"),
        ])
        return Column(name: "c\(number)", rule: rule, type: type)
    }

    var yaml: String {
        let drawn = things.map { thing in
            let scope =
                switch thing.place {
                case .network: "network"
                case .store: "{store: home}"
                case .region: "{region: home}"
                }
            let columns = thing.columns.map { "      \($0.name): {type: \($0.type), merge: \($0.rule)}" }
            return """
                  \(thing.name):
                    scope: \(scope)
                    writer: \(thing.writer)
                    key: [id]
                    columns:
                      id: {type: id}
                      home: {type: text}
                \(columns.joined(separator: "\n"))
                """
        }
        return "schema: rules\nversion: 1\ncurrency: CNY\ntables:\n" + drawn.joined(separator: "\n") + "\n" + Self.fixed
    }

    private static let fixed = """
          tally:
            scope: network
            writer: any
            key: [id]
            columns:
              id: {type: id}
              n:  {type: integer, merge: counter}
          fact:
            scope: {store: home}
            immutable: true
            writer: store
            key: [id]
            columns:
              id:       {type: id}
              home:     {type: text}
              tally_id: {type: text}
              amount:   {type: integer}
            effects:
              insert: {sql: "UPDATE tally SET n = n + NEW.amount WHERE id = NEW.tally_id", optional: true}
          grave:
            scope: network
            writer: any
            key: [id]
            columns:
              id:   {type: id}
              word: {type: text}
          purse:
            scope: {store: home}
            writer: store
            key: [home, id]
            columns:
              home:  {type: text}
              id:    {type: text}
              units: {type: integer, merge: escrow, floor: 0, writer: any, share: {hub: 30}}
          box:
            scope: {store: home}
            writer: store
            key: [home, id]
            columns:
              home: {type: text}
              id:   {type: text}
              n:    {type: integer, merge: counter}
          wallet:
            scope: {store: home}
            writer: any
            key: [id]
            columns:
              id:    {type: id}
              home:  {type: text}
              units: {type: integer, merge: escrow, floor: 0, writer: any}
          folder:
            scope: {store: home}
            writer: any
            key: [id]
            columns:
              id:    {type: id}
              home:  {type: text}
              title: {type: text}
          page:
            scope: {parent: folder, by: folder_id}
            writer: any
            key: [folder_id, number]
            columns:
              folder_id: {type: text}
              number:    {type: integer}
              body:      {type: text}
              hits:      {type: integer, merge: counter}
        """
}
