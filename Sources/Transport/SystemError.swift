import Glibc
import NIOCore

/// What the operating system said, as people read it.
enum SystemError {
    static func text(of error: IOError) -> String { String(cString: strerror(error.errnoCode)) }
}

extension EventLoopFuture {
    /// Returns when the future is fulfilled, whichever way.
    func waitEitherWay() async {
        await withCheckedContinuation { continuation in whenComplete { _ in continuation.resume() } }
    }
}
