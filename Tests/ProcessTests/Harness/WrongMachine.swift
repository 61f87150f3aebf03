import Foundation
import Rehearsal

/// A machine whose wall clock is wrong: programs that run on it see the shifted time, by a small library of C that is
/// made for the story and laid over the system's clock (`LD_PRELOAD`).
struct WrongMachine {
    private static let source = """
        #define _GNU_SOURCE
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        static long shift(void) { const char *s = getenv("STORY_CLOCK_SHIFT_S"); return s ? atol(s) : 0; }
        int clock_gettime(clockid_t id, struct timespec *t) {
          int code = (int)syscall(SYS_clock_gettime, id, t);
          if (code == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) t->tv_sec += shift();
          return code;
        }
        int gettimeofday(struct timeval *restrict t, void *restrict zone) {
          (void)zone;
          struct timespec now;
          clock_gettime(CLOCK_REALTIME, &now);
          t->tv_sec = now.tv_sec;
          t->tv_usec = now.tv_nsec / 1000;
          return 0;
        }
        time_t time(time_t *t) {
          struct timespec now;
          clock_gettime(CLOCK_REALTIME, &now);
          if (t) *t = now.tv_sec;
          return now.tv_sec;
        }

        """

    /// A compiler of C is there.
    static let isThere: Bool = {
        do { return try CommandRun("/usr/bin/env", ["cc", "--version"]).status == 0 } catch { return false }
    }()

    /// What stands before a program that runs there.
    let prefix: [String]

    /// - Parameter directory: where the library is made.
    init(in directory: String, shiftSeconds: Int) throws {
        let library = directory + "/clock.so"
        try Data(Self.source.utf8).write(to: URL(fileURLWithPath: directory + "/clock.c"))
        _ = try CommandRun.output(
            "/usr/bin/env",
            ["cc", "-shared", "-fPIC", "-o", library, directory + "/clock.c"]
        )
        prefix = ["LD_PRELOAD=\(library)", "STORY_CLOCK_SHIFT_S=\(shiftSeconds)"]
    }

    /// A till there: SQL on a replica.
    func sell(_ replica: String, _ sql: String) throws -> String {
        try CommandRun.output(
            "/usr/bin/env",
            prefix + ["sqlite3", "-batch", "-bail", replica],
            input: ".timeout 10000\n\(sql)\n"
        )
    }

    /// The daemon of a store there.
    func runStore(_ name: String, of network: LocalNetwork, hubPort: Int) throws -> ChildDaemon {
        try ChildDaemon(
            binary: "/usr/bin/env",
            prefix + [
                network.binary, "store", "run", "--data", network.data(name), "--hub", "127.0.0.1:\(hubPort)",
                "--http", "127.0.0.1:0",
            ],
            log: network.directory + "/\(name)-wrong.log",
            directory: network.directory
        )
    }
}
