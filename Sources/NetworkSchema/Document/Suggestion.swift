/// The known word that a mistyped one probably means.
///
/// Source: Levenshtein's distance, row by row; a word is near when at most a third of its letters differ.
func nearest(_ word: String, in known: [String]) -> String? {
    let letters = Array(word.utf8.prefix(SchemaLimits.nameBytesMax))
    var best: (word: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(letters, Array(candidate.utf8))
        if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, best.word.utf8.count / 3) else { return nil }
    return best.word
}

/// "write NEAREST", or all there is to choose from.
func choice(_ word: String, of known: [String], verb: String = "write") -> String {
    if let near = nearest(word, in: known) { return "\(verb) \(near)" }
    guard known.count > 1 else { return "\(verb) \(known.first ?? "nothing")" }
    let shortest = known.prefix(12)
    return "\(verb) one of \(shortest.joined(separator: ", "))" + (known.count > shortest.count ? ", …" : "")
}

private func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (above, letter) in one.enumerated() {
        var diagonal = row[0]
        row[0] = above + 1
        for (left, candidate) in other.enumerated() {
            let replaced = diagonal + (letter == candidate ? 0 : 1)
            diagonal = row[left + 1]
            row[left + 1] = min(replaced, diagonal + 1, row[left] + 1)
        }
    }
    return row[other.count]
}
