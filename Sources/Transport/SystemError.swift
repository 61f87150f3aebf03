import Glibc
import NIOCore

/// What the operating system said, as people read it.
enum SystemError {
    static func text(of error: IOError) -> String { String(cString: strerror(error.errnoCode)) }
}

extension Channel {
    /// `HOST:PORT` of the peer's end, for logs.
    var remoteAddressText: String {
        guard let address = remoteAddress, let host = address.ipAddress, let port = address.port else {
            return "an unknown address"
        }
        return address.protocol == .inet6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension EventLoopFuture {
    /// Returns when the future is fulfilled, whichever way.
    func waitEitherWay() async {
        await withCheckedContinuation { continuation in whenComplete { _ in continuation.resume() } }
    }
}
