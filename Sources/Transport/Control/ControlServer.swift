import Glibc
public import NIOCore
import NIOPosix

/// The daemon's end of the control socket.
///
///     command ──connect──▶ DIR/linli.sock      one line: a `ControlRequest`
///             ◀────────── one line: a `ControlAnswer`, then the daemon closes
///
/// Laws: only the owner of the directory's daemon (and root) may connect, for the socket has mode 0600 from its first
/// moment. A socket that is there already is a dead daemon's, because whoever starts a server holds the directory's
/// lock; it is replaced. A command that goes away ends its request's task.
public final class ControlServer: Sendable {
    /// Answers one request. Cancelled when the command goes away, or the daemon stops.
    public typealias Answer = @Sendable (ControlRequest) async -> ControlAnswer

    private typealias Accepted = NIOAsyncChannel<[UInt8], ByteBuffer>

    private static let backlog: Int32 = 64

    private let address: ControlAddress
    private let listener: NIOAsyncChannel<Accepted, Never>
    private let answer: Answer

    /// Listens from now on; nothing is answered before `run`. The lock of the directory is held until `run` has returned.
    public init(
        holding lock: DataDirectoryLock,
        on group: any EventLoopGroup,
        answer: @escaping Answer
    ) async throws(ControlError) {
        address = ControlAddress(directory: lock.directory)
        self.answer = answer
        let socket = try Self.bind(address)
        do {
            listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: Self.backlog)
                .bind(socket) { command in
                    command.eventLoop.makeCompletedFuture {
                        try command.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                        return try Accepted(wrappingChannelSynchronously: command)
                    }
                }
        } catch {
            throw .failed(address, "listen at", code: (error as? IOError)?.errnoCode ?? EIO)
        }
    }

    /// Answers commands until its task is cancelled; then the socket's file is gone.
    public func run() async throws {
        defer { unlink(address.description) }
        try await listener.executeThenClose { commands in
            try await withThrowingDiscardingTaskGroup { group in
                for try await command in commands { group.addTask { await self.serve(command) } }
            }
        }
    }

    /// One command, from its request to its end, whichever end closes first.
    private func serve(_ command: Accepted) async {
        do {
            try await command.executeThenClose { lines, out in
                for try await line in lines {
                    if let answer = await reply(to: line, of: command.channel) {
                        try await out.write(ByteBuffer(bytes: answer.line + [UInt8(ascii: "\n")]))
                    }
                    return
                }
            }
        } catch {
            // It left in the middle, or sent what is no line: nobody is there to be told.
        }
    }

    /// nil when the command went away meanwhile.
    private func reply(to line: [UInt8], of command: any Channel) async -> ControlAnswer? {
        let request: ControlRequest
        do { request = try ControlJSON.request(line) } catch { return .refused(error) }
        let (open, closing) = AsyncStream.makeStream(of: Never.self)
        command.closeFuture.whenComplete { _ in closing.finish() }
        return await withTaskGroup(of: ControlAnswer?.self) { group in
            group.addTask { await self.answer(request) }
            group.addTask {
                for await _ in open {}
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }

    /// A listening place of our own, before anyone else may use it: on Linux the mode that a socket has when it is
    /// bound is the mode of its file.
    private static func bind(_ address: ControlAddress) throws(ControlError) -> Int32 {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .failed(address, "make a socket for", code: errno) }
        guard unlink(address.description) == 0 || errno == ENOENT else {
            throw failure("replace", address, socket)
        }
        guard fchmod(socket, 0o600) == 0 else { throw failure("protect", address, socket) }
        let code: Int32
        do {
            code = try address.withAddress { pointer, length in
                Glibc.bind(socket, pointer, length) == 0 ? 0 : errno
            }
        } catch {
            code = error.code
        }
        errno = code
        guard code == 0 else { throw failure("make", address, socket) }
        return socket
    }

    /// What went wrong just now; the socket is closed.
    private static func failure(_ verb: String, _ address: ControlAddress, _ socket: Int32) -> ControlError {
        let code = errno
        close(socket)
        return .failed(address, verb, code: code)
    }
}
