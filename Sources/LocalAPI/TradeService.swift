public import Logging
import NIOPosix
public import Replica
public import Retail
public import ServiceLifecycle

/// The trade at a running daemon: its HTTP API, if it has one, and what it does by itself, once a second.
public final class TradeService: Service {
    /// Gives the hub stranded rights for which a count vouches.
    public typealias Release = @Sendable ([RightsWitness]) async throws -> Void

    private let desk: RetailDesk
    private let api: APIServer?
    private let board: StandingBoard
    private let release: Release
    private let log: Logger
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - api: nil for a daemon without HTTP.
    ///   - board: where the API looks for the stores.
    public init(
        desk: RetailDesk,
        api: APIServer?,
        board: StandingBoard,
        log: Logger,
        release: @escaping Release
    ) {
        (self.desk, self.api, self.board) = (desk, api, board)
        (self.log, self.release) = (log, release)
    }

    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let api {
                group.addTask {
                    // The first who asks finds the stores on the board: an order would be told that there is none.
                    try await cancelWhenGracefulShutdown { _ = try await self.board.look() }
                    try await api.run()
                }
            }
            group.addTask { try await cancelWhenGracefulShutdown { try await self.goRound() } }
            // Either ends with the daemon; a fault of one ends the other.
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, !(error is CancellationError) {
                    group.cancelAll()
                    throw error
                }
            }
        }
        try desk.close()
    }

    private func goRound() async throws {
        var round = TradeRound()
        var told = ""
        while !Task.isCancelled {
            do {
                let done = try await go(&round, try await board.look())
                for note in done.notes { log.log(level: note.isWarning ? .warning : .notice, "\(note.text)") }
                if !done.counted.isEmpty { try await release(done.counted) }
                told = ""
            } catch let error as RetailError {
                if told != error.description { log.warning("the trade's own round failed: \(error)") }
                told = error.description
            }
            try await Task.sleep(for: APILimits.roundPause)
        }
    }

    /// SQLite blocks; the threads of the pool are there for that.
    private func go(_ round: inout TradeRound, _ stores: [StoreStanding]) async throws -> TradeRound.Done {
        let (desk, before, uptime) = (desk, round, (ContinuousClock.now - start).components)
        let milliseconds = uptime.seconds * 1_000 + uptime.attoseconds / 1_000_000_000_000_000
        let (after, done) = try await NIOThreadPool.singleton.runIfActive {
            var round = before
            let done = try round.go(desk, stores: stores, uptimeMilliseconds: milliseconds)
            return (round, done)
        }
        round = after
        return done
    }
}
