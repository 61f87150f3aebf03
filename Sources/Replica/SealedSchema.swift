import ChangeLog

/// A version of the schema as a store gives it back to a hub that lost it: a chunk of one note, under the hub's seal.
///
///     chunk := note(kind: schema, id: the version, the document)      sealed in no epoch
///
/// Law: whoever makes the chunk of a version and a document makes the same bytes, so that a store can keep what came as
/// a message of its own under the seal that came with it.
struct SealedSchema: Hashable {
    var version: Int
    /// YAML, UTF-8.
    var document: [UInt8]

    var chunk: [UInt8] {
        var writer = ChunkWriter()
        let note = Note(kind: .schema, id: Int64(version), fields: [.text(document)])
        let entry = FeedRow(position: .start, table: 0, key: [], content: .note(note))
        writer.write(entry, shape: TableShape(key: [.integer], values: []), clocked: 0)
        return writer.finish()
    }

    init(version: Int, document: [UInt8]) {
        self.version = version
        self.document = document
    }

    /// nil for a chunk of rows.
    ///
    /// - Throws: `MalformedBytes`.
    init?(chunk: [UInt8]) throws(MalformedBytes) {
        var reader = ChunkReader(chunk)
        guard let entry = try reader.next(), case .note(let note) = entry.content, note.kind == .schema,
            case .text(let document)? = note.fields.first
        else { return nil }
        self.init(version: Int(note.id), document: document)
    }
}

extension FeedSeal {
    /// The mark of a version: of no epoch, because the same document may be told in any.
    func seal(_ schema: SealedSchema) -> [UInt8] { seal(schema.chunk, in: .none) }
}
