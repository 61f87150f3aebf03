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
        writer = HubWriter(replica) { error in
            guard let error else {
                if board.recovered(at: .merging) { log.notice("merging again") }
                return
            }
            if board.failed(error, at: .merging) { log.error("what the stores push cannot be merged now: \(error)") }
        }
        readers.start()
    }
}
