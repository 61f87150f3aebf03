import ChangeLog

extension HubWriter {
    /// A planted mistake: keys whose texts are canonically equivalent become one, in the spelling that came first.
    func respelt(_ operation: Operation) -> Operation {
        var operation = operation
        for place in operation.key.indices {
            guard case .text(let bytes) = operation.key[place] else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            operation.key[place] = spellings[text] ?? operation.key[place]
            spellings[text] = operation.key[place]
        }
        return operation
    }
}
