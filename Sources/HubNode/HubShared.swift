import Logging
import NIOPosix
import Replica
import SyncSession

/// What every connection of the hub works with.
final class HubShared: Sendable {
    let network: String
    let program: String
    let replica: HubReplica
    let writer: HubWriter
    /// Reads of the feed, which wait for the disk.
    let readers: NIOThreadPool
    let board: HubBoard
    let log: Logger

    init(replica: HubReplica, network: String, program: String, log: Logger) {
        self.replica = replica
        self.network = network
        self.program = program
        self.log = log
        let board = HubBoard()
        self.board = board
        board.moved([], head: replica.head)
        replica.announceNews { report in board.moved(report.news, head: report.head) }
        readers = NIOThreadPool(numberOfThreads: HubLimits.readers)
        writer = HubWriter(replica) { error in Self.note(error, at: .merging, board, log) }
        readers.start()
    }

    /// A session was opened, or could not be.
    func opened(failure: (any Error)?) { Self.note(failure, at: .admitting, board, log) }

    private static func note(_ failure: (any Error)?, at chore: HubBoard.Chore, _ board: HubBoard, _ log: Logger) {
        let what = chore == .admitting ? "stores can be let in" : "what the stores push can be merged"
        if let failure {
            if board.failed(failure, at: chore) { log.error("\(what) only when this is over: \(failure)") }
        } else if board.recovered(at: chore) {
            log.notice("\(what) again")
        }
    }
}
