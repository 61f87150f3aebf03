/// A condition that did not come true.
struct NeverSo: Error, CustomStringConvertible {
    let what: String
    let limit: Duration

    var description: String { "not so within \(limit): \(what)" }
}

/// Waits until something is so: for as long as a loaded machine may need, and not longer than it is not so.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ condition: () throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw NeverSo(what: what, limit: limit) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
