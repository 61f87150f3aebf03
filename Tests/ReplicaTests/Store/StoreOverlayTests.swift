import ChangeLog
import Glibc
import Testing

@testable import Replica

@Suite("What a store sees")
struct StoreOverlayTests {
    @Test("At every checkpoint the store sees the hub's state with its own writes on top")
    func random() throws {
        let first = getenv("STORE_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
        let runs = getenv("STORE_RUNS").flatMap { UInt64(String(cString: $0)) } ?? 20
        var figures: [String: Int] = [:]
        for seed in first..<first + runs {
            var isClean = true
            do {
                let world = try OverlayWorld(seed: seed)
                for _ in 0..<300 { try world.step() }
                try world.settle()
                figures.merge(world.figures) { $0 + $1 }
            } catch {
                isClean = false
                Issue.record("seed \(seed): \(error)")
            }
            if !isClean { break }
        }
        print("store overlay: seeds \(first)..<\(first + runs): \(figures.sorted { $0.key < $1.key })")
    }
}
