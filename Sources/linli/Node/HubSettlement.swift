import HubNode
import Transport

/// How a settlement reaches the hub: by its daemon when one runs, else by its files.
enum HubSettlement {
    /// How long the daemon may take: one commit behind what it is at.
    private static let answerMilliseconds: Int64 = 30_000

    /// - Returns: the lines that are settled by it; none when they were before.
    static func settle(_ settlement: Settlement, _ directory: String, for command: String) async throws -> [Int64] {
        try NodeDirectory.require(.hub, directory, for: command)
        return try await NodeDirectory.ask(
            directory,
            .settle(settlement),
            as: SettledLines.self,
            timeoutMilliseconds: answerMilliseconds
        ) { try HubSettling(directory: directory).settleAtRest(settlement) }.lines
    }
}
