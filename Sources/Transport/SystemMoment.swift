import Glibc
public import SyncSession

extension Moment {
    /// This machine's two clocks, now.
    public static var now: Moment {
        Moment(
            monotonicMilliseconds: milliseconds(of: CLOCK_MONOTONIC),
            wallMilliseconds: milliseconds(of: CLOCK_REALTIME)
        )
    }

    private static func milliseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
