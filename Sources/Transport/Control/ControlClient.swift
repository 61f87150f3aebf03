import FoundationEssentials
import Glibc

/// A command's end of the control socket: one connection, one question, one answer. Blocks its thread.
public struct ControlClient: Sendable {
    /// Ten thousand stores and their names fit.
    private static let answerBytesMax = 16 * 1_024 * 1_024

    private let address: ControlAddress

    /// - Parameter directory: the data directory of the daemon.
    public init(directory: String) { address = ControlAddress(directory: directory) }

    /// Asks, and waits for the answer; the limit is for all of it. Throws `ControlError`, or the daemon's
    /// `ControlRefusal`.
    public func ask<Answer: Decodable>(
        _ request: ControlRequest,
        as type: Answer.Type,
        timeoutMilliseconds: Int64
    ) throws -> Answer {
        let line = Array(try ControlJSON.encoder.encode(request)) + [UInt8(ascii: "\n")]
        let answer = try exchange(line, deadline: Deadline(milliseconds: timeoutMilliseconds))
        let result: Result<Answer, ControlRefusal>
        do { result = try ControlJSON.answer(answer, as: type) } catch { throw ControlError.unreadable(address) }
        return try result.get()
    }

    /// Sends one line, and takes one, without its newline.
    func exchange(_ line: [UInt8], deadline: Deadline) throws(ControlError) -> [UInt8] {
        let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard connection >= 0 else { throw .failed(address, "make a socket for", code: errno) }
        defer { close(connection) }
        try connect(connection, deadline)
        try send(line, on: connection, deadline)
        return try receive(on: connection, deadline)
    }

    private func connect(_ connection: Int32, _ deadline: Deadline) throws(ControlError) {
        // A daemon that does not accept lets a connect wait, and `poll` knows nothing of it.
        var limit = timeval(milliseconds: max(deadline.remainingMilliseconds, 1))
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code: Int32
        do {
            code = try address.withAddress { pointer, length in
                Glibc.connect(connection, pointer, length) == 0 ? 0 : errno
            }
        } catch {
            code = error.code
        }
        switch code {
        case 0: return
        case ENOENT, ECONNREFUSED, ENOTDIR: throw .noDaemon(directory: address.directory)
        case EACCES, EPERM: throw .notPermitted(address)
        case EAGAIN, EINTR: throw .timedOut(address, milliseconds: deadline.milliseconds)
        default: throw .failed(address, "connect to", code: code)
        }
    }

    private func send(_ line: [UInt8], on connection: Int32, _ deadline: Deadline) throws(ControlError) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: throw .timedOut(address, milliseconds: deadline.milliseconds)
            case EPIPE, ECONNRESET: throw .cutOff(address)
            default: throw .failed(address, "write to", code: errno)
            }
        }
    }

    private func receive(on connection: Int32, _ deadline: Deadline) throws(ControlError) -> [UInt8] {
        var line: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1_024)
        while line.count <= Self.answerBytesMax {
            try waitForBytes(on: connection, deadline)
            let count = recv(connection, &piece, piece.count, 0)
            if count < 0 {
                guard errno != EINTR else { continue }
                throw errno == ECONNRESET ? .cutOff(address) : .failed(address, "read from", code: errno)
            }
            guard count > 0 else { throw .cutOff(address) }
            if let end = piece[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + piece[..<end] }
            line += piece[..<count]
        }
        throw .unreadable(address)
    }

    private func waitForBytes(on connection: Int32, _ deadline: Deadline) throws(ControlError) {
        while true {
            var watched = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
            let limit = Int32(clamping: deadline.remainingMilliseconds)
            switch poll(&watched, 1, limit) {
            case 0: throw .timedOut(address, milliseconds: deadline.milliseconds)
            case 1...: return
            default: guard errno == EINTR else { throw .failed(address, "wait for", code: errno) }
            }
        }
    }
}

/// A moment on the monotonic clock, and how long it was to it.
struct Deadline: Sendable {
    let milliseconds: Int64
    private let moment: ContinuousClock.Instant

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
        moment = .now + .milliseconds(milliseconds)
    }

    /// Rounded up, so that the moment has come when this is 0; not below 0.
    var remainingMilliseconds: Int64 {
        let left = ContinuousClock.now.duration(to: moment)
        return left > .zero ? Int64((left / .milliseconds(1)).rounded(.up)) : 0
    }
}

extension timeval {
    fileprivate init(milliseconds: Int64) {
        self.init(tv_sec: Int(milliseconds / 1_000), tv_usec: Int(milliseconds % 1_000 * 1_000))
    }
}
