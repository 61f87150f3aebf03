/// A machine's clock that is so wrong that a person should look.
struct WrongClock: CustomStringConvertible {
    /// Below this a clock is slewed by its time service, and nobody need know.
    static let toleratedMilliseconds: Int64 = 60_000

    /// The hub's clock less this machine's.
    let offsetMilliseconds: Int64

    static func isWrong(offsetMilliseconds: Int64) -> Bool {
        offsetMilliseconds > toleratedMilliseconds || offsetMilliseconds < -toleratedMilliseconds
    }

    var description: String {
        let seconds = offsetMilliseconds.magnitude / 1_000
        let way = offsetMilliseconds > 0 ? "behind" : "ahead of"
        return "this machine's clock is \(seconds) s \(way) the hub's: changes are stamped by the hub's clock, and "
            + "times that the till writes are left as they are; set the clock (`timedatectl set-ntp true`)"
    }
}
