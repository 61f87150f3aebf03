import FoundationEssentials
import Glibc
import NIOPosix
import Testing
import Transport

/// A data directory of its own, and what is done with it.
final class ControlCorner: Sendable {
    let directory: String
    private let top: String

    /// A new directory; below it `depth` names of 100 bytes each, below one another.
    init(depth: Int = 0) throws {
        var template = Array("/tmp/linli-control-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Fault("mkdtemp: \(errno)") }
        var path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        top = path
        for _ in 0..<depth {
            path += "/" + String(repeating: "d", count: 100)
            guard mkdir(path, 0o700) == 0 else { throw Fault("mkdir: \(errno)") }
        }
        directory = path
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: top) } catch { Issue.record(error) }
    }

    var socketPath: String { "\(directory)/linli.sock" }
    var isSocketThere: Bool { access(socketPath, F_OK) == 0 }

    /// Runs a daemon's control server while `body` runs.
    func serving(_ answer: @escaping ControlServer.Answer, _ body: @Sendable () async throws -> Void) async throws {
        let lock = try DataDirectoryLock(directory: directory)
        let server = try await ControlServer(
            holding: lock,
            on: .singletonMultiThreadedEventLoopGroup,
            answer: answer
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Asks as a command does, on a thread that may block.
    func ask<Answer: Decodable & Sendable>(
        _ request: ControlRequest,
        as type: Answer.Type,
        timeoutMilliseconds: Int64 = 10_000
    ) async throws -> Answer {
        let client = ControlClient(directory: directory)
        return try await NIOThreadPool.singleton.runIfActive {
            try client.ask(request, as: type, timeoutMilliseconds: timeoutMilliseconds)
        }
    }

    struct Fault: Error {
        let what: String

        init(_ what: String) { self.what = what }
    }
}

/// A connection to the socket that says what it likes.
final class RawCommand {
    private let socket: Int32

    init(_ corner: ControlCorner) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: corner.socketPath.utf8) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(socket, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { throw ControlCorner.Fault("connect: \(errno)") }
    }

    deinit { close(socket) }

    /// - Returns: false when the other end has closed.
    @discardableResult
    func say(_ bytes: [UInt8]) -> Bool { send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count }

    /// What comes until the other end closes.
    func everything() async throws -> String {
        let socket = socket
        return try await NIOThreadPool.singleton.runIfActive {
            var all: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 4_096)
            while case let count = recv(socket, &piece, piece.count, 0), count > 0 { all += piece[..<count] }
            return String(decoding: all, as: UTF8.self)
        }
    }
}
