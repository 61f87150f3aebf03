import FoundationEssentials
import Logging
import ServiceLifecycle
import Transport

/// Tells the service manager that the daemon is ready, that it lives, and that it stops.
///
/// It lives as long as it says how it does: the answer to `status` takes a turn on the node's own thread, so a node that
/// hangs is silent, and the manager restarts it.
struct Notified: Service {
    private let log: Logger
    private let answer: ControlServer.Answer
    private let manager = ServiceNotify(environment: ProcessInfo.processInfo.environment)

    init(log: Logger, answer: @escaping ControlServer.Answer) {
        self.log = log
        self.answer = answer
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await live() }
        tell(.stopping)
    }

    private func live() async throws {
        _ = await answer(.status)
        tell(.ready)
        guard let pause = manager.watchdogMilliseconds else { return await untilCancelled() }
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(pause))
            _ = await answer(.status)
            tell(.watchdog)
        }
    }

    private func tell(_ notice: ServiceNotify.Notice) {
        do { try manager.tell(notice) } catch { log.warning("\(error)") }
    }

    private func untilCancelled() async {
        for await _ in AsyncStream(Never.self, { _ in }) {}
    }
}
