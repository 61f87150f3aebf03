import Glibc

/// How many files, connections among them, this process may have open.
public enum OpenFiles {
    /// For the replica, its readers and their logs, the control socket and what the system's libraries open.
    public static let kept = 128

    /// Raises the limit as far as this user may, and says what it is then.
    public static func raisedLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
