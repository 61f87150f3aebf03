import Foundation
import Rehearsal
import Testing

extension ProcessTests {
    @Suite("When a rehearsal ends, however it ends")
    struct WardenStory {
        @Test("what it started ends too, and what only has the same process id does not")
        func clearsAway() async throws {
            let directory = try TemporaryDirectory()
            let (ours, another) = try (Self.sleeper(directory.path), Self.sleeper("/somebody/else"))
            defer { another.terminate() }
            let warden = try Warden()
            warden.guards(process: ours.processIdentifier, of: directory.path)
            warden.guards(process: another.processIdentifier, of: directory.path)
            #expect(ours.isRunning)
            try warden.dismiss()
            try await eventually("the process is ended") { !ours.isRunning }
            #expect(ours.terminationReason == .uncaughtSignal && ours.terminationStatus == SIGKILL)
            #expect(another.isRunning)
        }

        @Test(
            "what it mounted is unmounted",
            .enabled(if: SmallDisk.isPermitted, Comment(rawValue: SmallDisk.missing))
        )
        func unmounts() async throws {
            let directory = try TemporaryDirectory()
            let path = directory.path + "/disk"
            _ = try SmallDisk(at: path, mebibytes: 1)
            let warden = try Warden()
            warden.guards(mount: path)
            try warden.dismiss()
            try await eventually("it is unmounted") {
                let mounts = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/mounts"))
                return !String(decoding: mounts, as: UTF8.self).contains(" \(path) ")
            }
        }

        /// A process that does nothing and names this directory.
        private static func sleeper(_ directory: String) throws -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c", "import time; time.sleep(60)", directory]
            try process.run()
            return process
        }
    }
}
