import Foundation

/// The file of real sales, where there is one: what `LINLI_SALES_FILE` names, or the sample data beside the package.
enum SalesLocation {
    static let path: String? = {
        if let named = ProcessInfo.processInfo.environment["LINLI_SALES_FILE"] { return named }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().path + "/shared/data/transactions_sample.csv"
        return FileManager.default.fileExists(atPath: beside) ? beside : nil
    }()
}
