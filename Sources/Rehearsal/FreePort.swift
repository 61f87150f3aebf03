import Glibc

/// A port of this machine for a daemon that is stopped and started again, and must find its port free each time.
///
/// Below the range from which the system takes ports for outgoing connections (32768 on, `ip(7)`): one of those could
/// get the port while the daemon is away.
public enum FreePort {
    public struct None: Error, CustomStringConvertible {
        public let description = "no free port between 15000 and 32000 was found on 127.0.0.1; end what uses them"
    }

    public static func find() throws(None) -> Int {
        for _ in 0..<200 {
            let port = UInt16.random(in: 15_000..<32_000)
            if isFree(port) { return Int(port) }
        }
        throw None()
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
