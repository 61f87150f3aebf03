import ChangeLog
import HubNode
import Replica
import StoreNode
import Transport

/// What a command needs to know of a data directory before it does anything, and how it asks the node there.
enum NodeDirectory {
    /// How long a daemon may take to say how it does.
    private static let statusMilliseconds: Int64 = 10_000
    /// A daemon that starts or stops holds the directory and does not answer; it is asked again after this.
    private static let retryPause = Duration.milliseconds(20)

    /// - Throws: `Failure` when the directory is another role's; `ReplicaError.notANode` when it is none.
    static func require(_ role: NodeStatus.Role, _ directory: String, for command: String) throws {
        let isHub = try NodeFacts.read(directory: directory).role.isHub
        guard isHub != (role == .hub) else { return }
        throw Failure(
            ExitCodes.badInput,
            isHub
                ? "\(directory) is a hub's, and `linli \(command)` is for stores; name a store's directory"
                : "\(directory) is a store's, and `linli \(command)` is for the hub; name the hub's directory"
        )
    }

    /// The node's status: from its daemon when one runs, else from its files.
    static func status(of directory: String) async throws -> NodeStatus {
        let isHub = try NodeFacts.read(directory: directory).role.isHub
        return try await ask(directory, .status, as: NodeStatus.self, timeoutMilliseconds: statusMilliseconds) {
            try isHub ? HubStatus.atRest(directory: directory) : StoreNode.statusAtRest(directory: directory)
        }
    }

    /// Lets the daemon do it when one runs; else does it on the files, with the directory's lock, so that no daemon
    /// starts meanwhile.
    static func ask<Answer: Decodable>(
        _ directory: String,
        _ request: ControlRequest,
        as type: Answer.Type,
        timeoutMilliseconds: Int64,
        atRest: () async throws -> Answer
    ) async throws -> Answer {
        let client = ControlClient(directory: directory)
        let deadline = ContinuousClock.now + .milliseconds(timeoutMilliseconds)
        while true {
            do {
                return try client.ask(request, as: type, timeoutMilliseconds: timeoutMilliseconds)
            } catch ControlError.noDaemon {
                do {
                    let lock = try DataDirectoryLock(directory: directory)
                    let answer = try await atRest()
                    return withExtendedLifetime(lock) { answer }
                } catch let error as DataDirectoryError {
                    guard case .held = error, ContinuousClock.now < deadline else { throw error }
                    try await Task.sleep(for: retryPause)
                }
            }
        }
    }
}
