import Glibc
import NIOPosix
import Testing
import Transport

@Suite("The control socket of a daemon")
struct ControlSocketTests {
    @Test("carries a command's request to the daemon, and the daemon's answer back", arguments: [0, 3])
    func answers(depth: Int) async throws {
        let corner = try ControlCorner(depth: depth)
        let invitation = ControlRequest.Invitation(
            store: "nanjing-3",
            region: "east",
            name: "南京路 \"3\"\n",
            expiresMilliseconds: 86_400_000
        )
        try await corner.serving { request in
            answering(InvitedStore(token: "\(request)"))
        } _: {
            let requests: [ControlRequest] = [
                .status, .wait(timeoutMilliseconds: 30_000), .invite(invitation), .check,
                .order(StoreOrder(.retire, store: "nanjing-3", rights: .release)),
                .settle(Settlement(.quarantine, line: 7, .accept, by: "李")),
            ]
            for request in requests {
                let answer = try await corner.ask(request, as: InvitedStore.self)
                #expect(answer.token == "\(request)")
            }
        }
    }

    @Test("answers each of many commands at once")
    func manyAtOnce() async throws {
        let corner = try ControlCorner()
        try await corner.serving { request in
            guard case .wait(let milliseconds) = request else { return answering(ControlDone()) }
            return answering(InvitedStore(token: "\(milliseconds)"))
        } _: {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in Int64(0)..<40 {
                    group.addTask {
                        try await corner.ask(.wait(timeoutMilliseconds: number), as: InvitedStore.self).token
                            == "\(number)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("hands a refusal to the command with its kind and its words")
    func refusal() async throws {
        let corner = try ControlCorner()
        let refusal = ControlRefusal(.notSo, "3 changesets are not acknowledged; check the link")
        try await corner.serving { _ in
            .refused(refusal)
        } _: {
            await #expect(throws: refusal) { try await corner.ask(.status, as: NodeStatus.self) }
        }
    }

    @Test("is the owner's alone")
    func mode() async throws {
        let corner = try ControlCorner()
        let before = umask(0)
        defer { umask(before) }
        try await corner.serving { _ in
            answering(ControlDone())
        } _: {
            var status = stat()
            #expect(stat(corner.socketPath, &status) == 0)
            #expect(status.st_mode & 0o7777 == 0o600)
        }
    }

    @Test("is gone when the daemon has stopped, and a command says that none runs")
    func stopped() async throws {
        let corner = try ControlCorner()
        await #expect(throws: ControlError.noDaemon(directory: corner.directory)) {
            try await corner.ask(.status, as: ControlDone.self)
        }
        try await corner.serving { _ in
            answering(ControlDone())
        } _: {
            _ = try await corner.ask(.status, as: ControlDone.self)
        }
        #expect(!corner.isSocketThere)
    }

    @Test("of a daemon that was killed counts as none, and is replaced by the next daemon's")
    func staleSocket() async throws {
        let corner = try ControlCorner()
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: corner.socketPath.utf8) }
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                #expect(bind(dead, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0)
            }
        }
        close(dead)
        await #expect(throws: ControlError.noDaemon(directory: corner.directory)) {
            try await corner.ask(.status, as: ControlDone.self)
        }
        try await corner.serving { _ in
            answering(ControlDone())
        } _: {
            _ = try await corner.ask(.status, as: ControlDone.self)
        }
    }

    @Test("ends a request whose command goes away")
    func leavingCommand() async throws {
        let corner = try ControlCorner()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        try await corner.serving { _ in
            begin.yield()
            // As long as the request is wanted: a stream that nobody feeds ends when its task is cancelled.
            for await _ in AsyncStream(Never.self, { _ in }) {}
            end.yield()
            return answering(ControlDone())
        } _: {
            do {
                let command = try RawCommand(corner)
                command.say(Array(#"{"ask":"wait","timeout_ms":600000}"#.utf8) + [10])
                for await _ in begun { break }
            }
            for await _ in ended { break }
        }
    }

    @Test("cut in the middle of a request by the daemon's end is told as such")
    func daemonEnds() async throws {
        let corner = try ControlCorner()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        async let asked = corner.serving { _ in
            begin.yield()
            for await _ in AsyncStream(Never.self, { _ in }) {}
            return .refused(ControlRefusal(.fault, "never sent"))
        } _: {
            for await _ in begun { break }
        }
        // The server ends as soon as the request has begun.
        var answer = await outcome(of: corner)
        while answer == ControlError.noDaemon(directory: corner.directory) { answer = await outcome(of: corner) }
        _ = try await asked
        #expect("\(answer.map { "\($0)" } ?? "an answer")".contains("stopped before it answered"))
    }

    @Test("lets a command wait no longer than it wants to")
    func impatientCommand() async throws {
        let corner = try ControlCorner()
        try await corner.serving { _ in
            for await _ in AsyncStream(Never.self, { _ in }) {}
            return .refused(ControlRefusal(.fault, "too late"))
        } _: {
            let began = ContinuousClock.now
            await #expect(throws: ControlError.self) {
                try await corner.ask(.status, as: NodeStatus.self, timeoutMilliseconds: 50)
            }
            #expect(ContinuousClock.now - began >= .milliseconds(50))
        }
    }

    @Test("takes garbage, foreign words and endless lines for what they are, and goes on")
    func garbage() async throws {
        let corner = try ControlCorner()
        try await corner.serving { _ in
            answering(ControlDone())
        } _: {
            for line in ["", "status", "{}", #"{"ask":"fly"}"#, #"{"ask":"wait"}"#, "\u{0}\u{1}"] {
                let command = try RawCommand(corner)
                command.say(Array(line.utf8) + [10])
                let answer = try await command.everything()
                #expect(answer.hasPrefix(#"{"refused":{"kind":"bad-input""#))
                #expect(answer.hasSuffix("}\n"))
            }
            let taken = try await NIOThreadPool.singleton.runIfActive {
                let endless = try RawCommand(corner)
                let piece = [UInt8](repeating: 0x61, count: 64 * 1_024)
                return (0..<100).first { _ in !endless.say(piece) }
            }
            #expect(taken != nil, "6 MB of one line were taken")
            _ = try await corner.ask(.status, as: ControlDone.self)
        }
    }

    @Test("tells a command of another version that it is one")
    func otherWords() async throws {
        let corner = try ControlCorner()
        try await corner.serving { _ in
            answering(ControlDone())
        } _: {
            await #expect(throws: ControlError.self) { try await corner.ask(.status, as: NodeStatus.self) }
        }
    }

    private func outcome(of corner: ControlCorner) async -> ControlError? {
        do {
            _ = try await corner.ask(.status, as: ControlDone.self)
            return nil
        } catch {
            return error as? ControlError
        }
    }
}

/// The answer, or the fault that there is none.
func answering(_ answer: some Encodable) -> ControlAnswer {
    do { return try .done(answer) } catch { return .refused(ControlRefusal(.fault, "\(error)")) }
}
