public import Logging
import NIOPosix
public import Retail
public import ServiceLifecycle

/// The trade at a running daemon: its HTTP API, if it has one, and what it does by itself, once a second.
public final class TradeService: Service {
    /// The stores as the hub's daemon knows them; at a store nothing.
    public typealias Standings = @Sendable () async throws -> [StoreStanding]

    private let desk: RetailDesk
    private let api: APIServer?
    private let board: StandingBoard
    private let standings: Standings
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
        standings: @escaping Standings
    ) {
        (self.desk, self.api, self.board) = (desk, api, board)
        (self.log, self.standings) = (log, standings)
    }

    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let api { group.addTask { try await api.run() } }
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
                let stores = try await standings()
                board.put(stores)
                for note in try await go(&round, stores) {
                    log.log(level: note.isWarning ? .warning : .notice, "\(note.text)")
                }
                told = ""
            } catch let error as RetailError {
                if told != error.description { log.warning("the trade's own round failed: \(error)") }
                told = error.description
            }
            try await Task.sleep(for: APILimits.roundPause)
        }
    }

    /// SQLite blocks; the threads of the pool are there for that.
    private func go(_ round: inout TradeRound, _ stores: [StoreStanding]) async throws -> [TradeRound.Note] {
        let (desk, before, uptime) = (desk, round, (ContinuousClock.now - start).components)
        let milliseconds = uptime.seconds * 1_000 + uptime.attoseconds / 1_000_000_000_000_000
        let (after, notes) = try await NIOThreadPool.singleton.runIfActive {
            var round = before
            let notes = try round.go(desk, stores: stores, uptimeMilliseconds: milliseconds)
            return (round, notes)
        }
        round = after
        return notes
    }
}
