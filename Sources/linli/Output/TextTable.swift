/// Rows of words in aligned columns, for people.
struct TextTable {
    private var rows: [[String]]

    init(_ heading: [String]) { rows = [heading] }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// Columns two spaces apart; no line ends with a space.
    var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.indices.contains(column) ? width($0[column]) : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, word) in row.enumerated() {
                line += word + String(repeating: " ", count: widths[column] - width(word) + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// Places on a terminal: Chinese, Japanese and Korean characters take two.
    private func width(_ word: String) -> Int {
        word.unicodeScalars.reduce(0) { $0 + ((0x1100...0xffe6).contains($1.value) && $1.value >= 0x2e80 ? 2 : 1) }
    }
}
