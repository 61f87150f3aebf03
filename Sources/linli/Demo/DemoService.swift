import ArgumentParser
import FoundationEssentials
import Rehearsal
import ServiceLifecycle

/// The demonstration, from its first daemon to the end of the last.
struct DemoService: Service {
    let place: DemoPlace
    let keep: Bool
    let sales: SalesFile?

    /// - Throws: `Failure` with code 1 when something did not come out right.
    func run() async throws {
        let network = LocalNetwork(binary: try Self.binary(), directory: place.directory)
        let isRight: Bool
        do {
            isRight = try await tell(network)
            if keep { try await stay(network) }
        } catch {
            await stop(network)
            guard error is CancellationError else { throw error }
            try place.clear()
            return
        }
        await stop(network)
        guard isRight else {
            throw Failure(
                ExitCodes.notSo,
                "not all of it came out right; the nodes and their logs are in \(place.directory)"
            )
        }
        try place.clear()
    }

    private func tell(_ network: LocalNetwork) async throws -> Bool {
        var progress = Progress()
        var story = Demonstration(
            network: network,
            say: { print($0) },
            progress: { what, done, all in progress.show(what, done, of: all) }
        )
        return try await story.run(sales: sales)
    }

    private func stay(_ network: LocalNetwork) async throws {
        print("\nAll of it goes on running. Look, for example, with")
        print("  sqlite3 \(network.replica("hub")) 'SELECT * FROM sale LIMIT 5'")
        print("  linli status --data \(network.data("hub"))")
        print("until you press Ctrl-C.")
        for await _ in AsyncStream(Never.self, { _ in }) {}
        try Task.checkCancellation()
    }

    private func stop(_ network: LocalNetwork) async {
        do { try await network.stop() } catch { StandardError.say("linli: stopping the demonstration: \(error)") }
    }

    /// This very program, wherever it was found.
    private static func binary() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
