import ChangeLog
import Rehearsal
import Testing

/// What every client was told is committed, folded into what must therefore be in the tables at the end.
///
/// A ledger's line is `MARK NAME KEY VALUE`, written after SQLite said that the transaction is committed:
///
///     + sale k          the row k of `sale` was inserted        - sale k      it was deleted
///     # sum k n         n was added to the number of k          = price k v   k's value is v: one writer, the last holds
///     ^ high k n        the greatest holds                      v low k n     the least holds
///     ? said k v        some one of these holds: writers that could not see each other
///
/// Other lines say nothing about tables.
struct Account {
    /// A name of the ledger, and the query that gives `key, value` of it, as texts; of rows only the key counts.
    struct Question {
        var name: String
        var sql: String
    }

    private var rows: [String: Set<String>] = [:]
    private var numbers: [String: [String: Int64]] = [:]
    private var texts: [String: [String: Set<String>]] = [:]
    /// Transactions that were acknowledged.
    private(set) var transactions = 0
    /// What else the clients said, by its first word.
    private(set) var others: [String: Int] = [:]

    mutating func read(_ lines: [String]) {
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            guard words.count >= 3 else {
                note(words.first ?? "")
                continue
            }
            read(mark: words[0], name: words[1], key: words[2], value: words.count > 3 ? words[3] : "")
        }
    }

    private mutating func note(_ word: String) {
        if word == "committed" { transactions += 1 } else { others[word, default: 0] += 1 }
    }

    private mutating func read(mark: String, name: String, key: String, value: String) {
        let number = Int64(value) ?? 0
        let before = numbers[name]?[key]
        switch mark {
        case "+": rows[name, default: []].insert(key)
        case "-":
            rows[name]?.remove(key)
            texts[name]?[key] = nil
        case "#": numbers[name, default: [:]][key] = (before ?? 0) + number
        case "^": numbers[name, default: [:]][key] = max(before ?? number, number)
        case "v": numbers[name, default: [:]][key] = min(before ?? number, number)
        case "=": texts[name, default: [:]][key] = [value]
        case "?": texts[name, default: [:]][key, default: []].insert(value)
        default: note(mark)
        }
    }

    /// The tables at this till hold what the clients were told, all of it and nothing else.
    func expect(_ questions: [Question], at till: Till, sourceLocation: SourceLocation = #_sourceLocation) throws {
        for question in questions {
            let found = try answers(to: question, at: till)
            let name = question.name
            let keys = Set(numbers[name]?.keys.map { $0 } ?? []).union(texts[name]?.keys.map { $0 } ?? [])
                .union(rows[name] ?? [])
            var wrong = keys.symmetricDifference(found.keys).map { key in
                found[key] == nil ? "\(key) is missing" : "\(key) was written by nobody"
            }
            for (key, value) in found {
                if let expected = numbers[name]?[key], value != "\(expected)" {
                    wrong.append("\(key) is \(value), and should be \(expected)")
                }
                if let expected = texts[name]?[key], !expected.contains(value) {
                    wrong.append("\(key) is \(value), and should be \(expected.sorted().prefix(3))")
                }
            }
            let some = wrong.sorted().prefix(5).joined(separator: "; ")
            #expect(
                wrong.isEmpty,
                "\(name) at \(till.node): \(wrong.count) of \(keys.count) differ: \(some)",
                sourceLocation: sourceLocation
            )
        }
    }

    /// How many keys stand under a name.
    func count(_ name: String) -> Int { rows[name]?.count ?? numbers[name]?.count ?? texts[name]?.count ?? 0 }

    /// Rows that stand under both names.
    func both(_ one: String, _ other: String) -> Set<String> { (rows[one] ?? []).intersection(rows[other] ?? []) }

    private func answers(to question: Question, at till: Till) throws -> [String: String] {
        var answers: [String: String] = [:]
        for row in try till.rows(question.sql) {
            let (key, value) = (Self.text(row[0]), row.count > 1 ? Self.text(row[1]) : "")
            #expect(answers.updateValue(value, forKey: key) == nil, "\(question.name) has \(key) twice")
        }
        return answers
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let number): "\(number)"
        default: ""
        }
    }
}
