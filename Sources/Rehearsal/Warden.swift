import Foundation
import Synchronization

/// Sees to it that what a rehearsal started ends with it, also when the rehearsal is killed: a shell that holds one end
/// of a pipe, hears what was started, and clears it away when the other end falls silent.
///
///     rehearsal ──"kill 4711 DIRECTORY", "umount PATH", "netns NAME"──▶ pipe ──▶ shell ··(end of pipe)··▶ cleared away
///
/// Law: a process is ended by its id, and only while its command line still names the directory it was started for: an
/// id that the system gave to somebody else is left alone. What was ended in order is no longer there to be ended.
public final class Warden: Sendable {
    /// The one of this process; nil when there is no shell for it, and then nothing outlives a rehearsal that ends by
    /// itself.
    public static let shared: Warden? = {
        do { return try Warden() } catch { return nil }
    }()

    private let pipe: Mutex<FileHandle>

    public init() throws {
        let channel = Pipe()
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // A session of its own: an interrupt from the terminal ends the rehearsal, and the shell clears up after it.
        shell.arguments = ["setsid", "sh", "-c", Self.script]
        shell.standardInput = channel
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        pipe = Mutex(channel.fileHandleForWriting)
    }

    /// This process goes with the rehearsal. `directory` is a part of its command line that no other's has.
    public func guards(process identifier: Int32, of directory: String) { say("kill \(identifier) \(directory)") }

    /// What is mounted at this path goes.
    public func guards(mount path: String) { say("umount - \(path)") }

    /// The network namespace of this name goes.
    public func guards(namespace name: String) { say("netns - \(name)") }

    /// The rehearsal is over as far as this one is concerned: what it guards and is still there goes now.
    public func dismiss() throws { try pipe.withLock { pipe in try pipe.close() } }

    private func say(_ line: String) {
        pipe.withLock { pipe in
            // A warden that somebody killed is no reason for a rehearsal to fail.
            do { try pipe.write(contentsOf: Data((line + "\n").utf8)) } catch {}
        }
    }

    /// Processes first: nothing can be unmounted under them.
    private static let script = """
        trap '' HUP INT TERM
        kills= others=
        while read -r verb id what; do
            case $verb in kill) kills="$kills$id $what
        ";; *) others="$others$verb $what
        ";; esac
        done
        printf %s "$kills" | while read -r id what; do
            tr '\\0' ' ' 2>/dev/null <"/proc/$id/cmdline" | grep -qF -- "$what" && kill -9 "$id"
        done
        printf %s "$others" | while read -r verb what; do
            case $verb in
            umount) ! grep -qF " $what " /proc/mounts || umount -l "$what" ;;
            netns) [ ! -e "/run/netns/$what" ] || ip netns del "$what" ;;
            esac
        done
        """
}
