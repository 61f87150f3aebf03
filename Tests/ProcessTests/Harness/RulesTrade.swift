import ChangeLog
import Rehearsal

extension Trade {
    /// Every merge rule at once: rows that all write, facts, and heads that come, change and go with their lines.
    static let rules = Trade(
        testDescription: "every merge rule",
        schema: Schemas.rules,
        program: { _, seed in writer.replacing("SEED", with: "\(seed)") },
        open: { world in
            try (0..<4).flatMap { number in
                try world.till("hub").write(
                    "INSERT INTO thing(id, said, high, low, sum) VALUES (?, 'hub-0', 0, 0, 0)",
                    Value("t\(number)")
                )
                return ["# sum t\(number) 0", "^ high t\(number) 0", "v low t\(number) 0", "? said t\(number) hub-0"]
            }
        },
        // Heads whose lines are not all there, or not all of one write.
        broken: """
            SELECT count(*) FROM head h WHERE h.lines <> (SELECT count(*) FROM line l WHERE l.head_id = h.id) \
            OR (SELECT count(DISTINCT note) FROM line l WHERE l.head_id = h.id) > 1
            """,
        growing: "SELECT (SELECT count(*) FROM fact) + (SELECT sum(high) FROM thing) - (SELECT sum(low) FROM thing)",
        questions: [
            .init(name: "fact", sql: "SELECT id || '/' || by FROM fact"),
            .init(name: "sum", sql: "SELECT id, sum FROM thing"),
            .init(name: "high", sql: "SELECT id, high FROM thing"),
            .init(name: "low", sql: "SELECT id, low FROM thing"),
            .init(name: "said", sql: "SELECT id, said FROM thing"),
            .init(name: "head", sql: "SELECT id || '/' || lines FROM head"),
            .init(name: "note", sql: "SELECT head_id || '/' || number, note FROM line"),
        ]
    )

    private static let writer = """
        random.seed(SEED)
        till = connect()
        till.execute("PRAGMA synchronous = NORMAL")
        node = till.execute("SELECT node FROM linli_node").fetchone()[0]
        number = 0
        heads = {}
        def fact(tell):
            till.execute("INSERT INTO fact(id, by) VALUES (?, ?)", (f"{node}-{number}", node))
            tell("+ fact", f"{node}-{number}/{node}")
        def thing(tell):
            id, by, high, low = f"t{random.randrange(4)}", random.randint(-5, 9), *random.sample(range(-999999, 999999), 2)
            till.execute("UPDATE thing SET said = ?, sum = sum + ?, high = ?, low = ? WHERE id = ?",
                (f"{node}-{number}", by, high, low, id))
            tell("# sum", id, by); tell("^ high", id, high); tell("v low", id, low); tell("? said", id, f"{node}-{number}")
        def head(tell):
            id, lines = f"{node}-{number}", random.randint(1, 5)
            till.execute("INSERT INTO head(id, lines) VALUES (?, ?)", (id, lines))
            tell("+ head", f"{id}/{lines}")
            till.executemany("INSERT INTO line(head_id, number, note) VALUES (?, ?, ?)",
                [(id, line, str(number)) for line in range(lines)])
            for line in range(lines): tell("= note", f"{id}/{line}", number)
            heads[id] = lines
        def change(tell):
            id = random.choice(list(heads))
            till.execute("UPDATE line SET note = ? WHERE head_id = ?", (str(number), id))
            for line in range(heads[id]): tell("= note", f"{id}/{line}", number)
        def leave(tell):
            # A transaction that is tried again may find none left.
            if not heads: return
            id = random.choice(list(heads))
            till.execute("DELETE FROM head WHERE id = ?", (id,))
            tell("- head", f"{id}/{heads[id]}")
            for line in range(heads.pop(id)): tell("- note", f"{id}/{line}")
        while not stopping():
            number += 1
            pick = random.random()
            if pick < 0.3: commit(till, fact)
            elif pick < 0.6: commit(till, thing)
            elif pick < 0.8 or not heads: commit(till, head)
            elif pick < 0.93: commit(till, change)
            else: commit(till, leave)
            time.sleep(random.uniform(0.001, 0.02))

        """
}
