import Glibc
import Testing
import Transport

@Suite("Notices to the service manager")
struct ServiceNotifyTests {
    @Test("reach a socket in the file system, and one with an abstract name", arguments: [false, true])
    func arrive(isAbstract: Bool) throws {
        let manager = try Manager(isAbstract: isAbstract)
        let notify = ServiceNotify(environment: ["NOTIFY_SOCKET": manager.name])
        try notify.tell(.ready, .status("listening\nWATCHDOG=1"))
        #expect(manager.next() == "READY=1\nSTATUS=listening WATCHDOG=1")
        try notify.tell(.watchdog)
        #expect(manager.next() == "WATCHDOG=1")
        try notify.tell(.stopping)
        #expect(manager.next() == "STOPPING=1")
    }

    @Test("go nowhere when no manager asked for them")
    func nobody() throws {
        try ServiceNotify(environment: [:]).tell(.ready)
        try ServiceNotify(environment: ["NOTIFY_SOCKET": ""]).tell(.ready)
    }

    @Test("that cannot be delivered are told, with the manager's address")
    func undeliverable() throws {
        for path in ["/nowhere/notify", String(repeating: "n", count: 200)] {
            let notify = ServiceNotify(environment: ["NOTIFY_SOCKET": path])
            let failure = #expect(throws: ServiceNotify.Failure.self) { try notify.tell(.ready) }
            #expect(failure?.description.contains(path) == true)
        }
    }

    @Test("of life are due twice as often as the manager demands, and only from the process that it watches")
    func watchdog() {
        let socket = ["NOTIFY_SOCKET": "/run/notify"]
        func due(_ more: [String: String]) -> Int64? {
            ServiceNotify(environment: socket.merging(more) { $1 }).watchdogMilliseconds
        }
        #expect(due(["WATCHDOG_USEC": "30000000"]) == 15_000)
        #expect(due(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == 15_000)
        #expect(due(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        #expect(due(["WATCHDOG_USEC": "1"]) == 1)
        #expect(due(["WATCHDOG_USEC": "soon"]) == nil)
        #expect(due(["WATCHDOG_USEC": "0"]) == nil)
        #expect(due([:]) == nil)
        #expect(ServiceNotify(environment: ["WATCHDOG_USEC": "30000000"]).watchdogMilliseconds == nil)
    }
}

/// A service manager's ear.
private final class Manager {
    let name: String
    private let corner: ControlCorner
    private let socket: Int32

    init(isAbstract: Bool) throws {
        corner = try ControlCorner()
        name = isAbstract ? "@" + corner.directory : corner.directory + "/notify"
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = isAbstract ? [0] + name.utf8.dropFirst() : Array(name.utf8) + [0]
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t((MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 0) + bytes.count)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        guard code == 0 else { throw ControlCorner.Fault("bind: \(errno)") }
    }

    deinit { close(socket) }

    /// What came, if anything did.
    func next() -> String {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
