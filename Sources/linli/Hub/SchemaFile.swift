import FoundationEssentials

/// A schema document that an operator names.
enum SchemaFile {
    static func read(_ path: String) throws -> String {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
            throw Failure(
                ExitCodes.badInput,
                "the schema \(path) cannot be read; name a file that is there and may be read"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(ExitCodes.badInput, "the schema \(path) is no UTF-8 text; save it as UTF-8")
        }
        return text
    }
}
