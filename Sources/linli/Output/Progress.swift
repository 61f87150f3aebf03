/// One line that fills while something goes on; on anything but a terminal, one line when it is done.
struct Progress {
    private static let cells = 30
    private var shown = -1

    mutating func show(_ what: String, _ done: Int, of all: Int) {
        guard all > 0 else { return }
        guard StandardError.isTerminal else {
            if done == all { StandardError.say("\(what): \(all)") }
            return
        }
        let filled = Self.cells * done / all
        guard filled != shown || done == all else { return }
        shown = filled
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: Self.cells - filled)
        StandardError.write("\r\(bar) \(done)/\(all) \(what)\u{1b}[K")
        guard done == all else { return }
        StandardError.write("\n")
        shown = -1
    }
}
