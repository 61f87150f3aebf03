/// What bytes meet in one direction between a store and the hub.
final class LineWeather {
    /// A fault's cut.
    var isCut = false
    /// A scenario's own cut: no fault ends it.
    var isSevered = false
    var delayMilliseconds: Int64 = 15
    var jitterMilliseconds: Int64 = 10
    /// 0: no bound.
    var bytesPerSecond: Int64 = 0
    private var chance: Chance

    var isBlocked: Bool { isCut || isSevered }

    init(_ chance: Chance) { self.chance = chance }

    /// How long the next piece takes.
    func delay() -> Int64 {
        jitterMilliseconds > 0 ? delayMilliseconds + chance.between(0...jitterMilliseconds) : delayMilliseconds
    }

    func clear() {
        isSevered = false
        (isCut, delayMilliseconds, jitterMilliseconds, bytesPerSecond) = (false, 15, 10, 0)
    }
}
