import ArgumentParser
import Replica
import Transport

/// `linli wait`.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Waits until all local writes are acknowledged and the state has caught up.",
        discussion: """
            Exits 0 once what is captured is sealed, all of it acknowledged, and a checkpoint committed at or above \
            the head that the hub stated after that; else 1. A daemon that is just starting is waited for.
            """
    )

    private static let retryMilliseconds: Int64 = 50
    /// What the daemon may be late with its answer.
    private static let graceMilliseconds: Int64 = 2_000

    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("How long to wait. (default: 30s)", valueName: "time"), transform: Names.timeSpan)
    var timeout: TimeSpan?

    func run() async throws {
        _ = try NodeFacts.read(directory: data.directory)
        let limit = (timeout ?? TimeSpan(milliseconds: 30_000)).milliseconds
        let deadline = ContinuousClock.now + .milliseconds(limit)
        while true {
            let left = max(Self.milliseconds(until: deadline), 0)
            do {
                _ = try ControlClient(directory: data.directory).ask(
                    .wait(timeoutMilliseconds: left),
                    as: ControlDone.self,
                    timeoutMilliseconds: left + Self.graceMilliseconds
                )
                return
            } catch let error as ControlError {
                switch error {
                case .noDaemon, .cutOff:
                    guard left > 0 else { throw Failure(ExitCodes.notSo, "\(error)") }
                    try await Task.sleep(for: .milliseconds(min(Self.retryMilliseconds, left)))
                case .timedOut: throw Failure(ExitCodes.notSo, "\(error)")
                default: throw error
                }
            }
        }
    }

    private static func milliseconds(until moment: ContinuousClock.Instant) -> Int64 {
        let left = ContinuousClock.now.duration(to: moment).components
        return left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
    }
}
