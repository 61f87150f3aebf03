/// What one check of `linli doctor` found.
struct Finding: Encodable {
    enum State: String, Encodable {
        case ok
        /// Nothing is broken yet.
        case attention
        /// Something is wrong: the command ends with 1.
        case wrong
        /// It could not be found out, and why.
        case unknown
    }

    let check: String
    let state: State
    /// What was found.
    let found: String
    /// What to do; nil when there is nothing to do.
    let cure: String?

    init(_ check: String, _ state: State, _ found: String, cure: String? = nil) {
        self.check = check
        self.state = state
        self.found = found
        self.cure = cure
    }

    /// An error of ours: what happened, then what to do.
    init(_ check: String, _ state: State, of error: any Error) {
        let parts = "\(error)".split(separator: "; ", maxSplits: 1).map(String.init)
        self.init(check, state, parts[0], cure: parts.count > 1 ? parts[1] : nil)
    }

    private enum CodingKeys: CodingKey { case check, state, found, cure }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(check, forKey: .check)
        try fields.encode(state, forKey: .state)
        try fields.encode(found, forKey: .found)
        try fields.encode(cure, forKey: .cure)
    }
}
