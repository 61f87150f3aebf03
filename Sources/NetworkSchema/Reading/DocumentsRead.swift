import Synchronization

/// The valid documents that this process read last. A replica reads its schema again whenever it opens, and a document
/// of a whole trade takes longer to read than its replica to open.
///
/// Law: what is read is a function of the text alone. A document with a mistake is not kept, and is read anew.
final class DocumentsRead: Sendable {
    static let recent = DocumentsRead()

    /// A network has few versions in force at once.
    private static let countMax = 8

    private let schemas = Mutex<[String: NetworkSchema]>([:])

    subscript(document: String) -> NetworkSchema? {
        get { schemas.withLock { $0[document] } }
        set {
            schemas.withLock { schemas in
                if schemas.count >= Self.countMax { schemas = [:] }
                schemas[document] = newValue
            }
        }
    }
}
