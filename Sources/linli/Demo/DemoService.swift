import ArgumentParser
import FoundationEssentials
import Glibc
import Rehearsal
import ServiceLifecycle

/// The demonstration, from its first daemon to the end of the last.
struct DemoService: Service {
    let place: DemoPlace
    let keep: Bool
    let sales: SalesFile?

    /// - Throws: `Failure` with code 1 when something did not come out right, or the story was stopped before its end.
    func run() async throws {
        let network = LocalNetwork(binary: try Self.binary(), directory: place.directory)
        let isRight: Bool
        do {
            isRight = try await tell(network)
            if keep { await stay(network) }
        } catch {
            await stop(network)
            // Whatever else failed: a command that was to be stopped too, or a till in the middle of it.
            guard Task.isCancelled else { throw error }
            try place.clear()
            throw Failure(ExitCodes.notSo, "the demonstration was stopped before its end; all its daemons have ended")
        }
        await stop(network)
        guard isRight else {
            throw Failure(
                ExitCodes.notSo,
                "not all of it came out right; the nodes and their logs are in \(place.directory)"
            )
        }
        try place.clear(but: DemonstrationPage.fileName)
    }

    private func tell(_ network: LocalNetwork) async throws -> Bool {
        var progress = Progress()
        var story = Demonstration(
            network: network,
            say: { line in
                print(line)
                // Also for a reader behind a pipe.
                fflush(nil)
            },
            progress: { what, done, all in progress.show(what, done, of: all) }
        )
        let isRight = try await story.run(sales: sales)
        let page = "\(place.directory)/\(DemonstrationPage.fileName)"
        try Data(DemonstrationPage(story.report).html.utf8).write(to: URL(filePath: page))
        print("\nA page to look at: \(page)")
        return isRight
    }

    /// Until a signal comes.
    private func stay(_ network: LocalNetwork) async {
        print("\nAll of it goes on running in \(place.directory). Look, for example, with")
        print("  sqlite3 \(network.replica("hub")) 'SELECT * FROM sale LIMIT 5'")
        for node in ["hub"] + network.storeNames { print("  linli status --data \(network.data(node))") }
        print("until you press Ctrl-C\(place.isTemporary ? "; then the directory goes, but for the page" : "").")
        fflush(nil)
        for await _ in AsyncStream(Never.self, { _ in }) {}
    }

    private func stop(_ network: LocalNetwork) async {
        do { try await network.stop() } catch { StandardError.say("linli: stopping the demonstration: \(error)") }
    }

    /// This very program, wherever it was found.
    private static func binary() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
