import Foundation

/// Stories that take minutes run only when they are asked for: `LINLI_LONG=1 deploy/test.sh --filter ProcessTests`.
enum Long {
    static let isAskedFor = ProcessInfo.processInfo.environment["LINLI_LONG"] != nil
}
