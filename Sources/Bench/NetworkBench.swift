import ChangeLog
import Foundation
import Rehearsal

/// End to end: real daemons, TLS and every check; an application's commits at one store until they are visible at the
/// hub and at another store.
struct NetworkBench {
    private static let rowsPerTransaction = 1_000
    private static let warmUpRounds = 20
    private static let deadlineSeconds = 300.0

    let directory: String
    let binary: String

    func run(rows: [Int], rounds: Int, _ report: (BenchLine) -> Void) async throws {
        let schema = directory + "/bench.yaml"
        try Data(BenchTable.yaml.utf8).write(to: URL(fileURLWithPath: schema))
        let network = LocalNetwork(binary: binary, directory: directory)
        try await network.startHub(schema: schema)
        for store in ["seller", "buyer"] { try await network.startStore(store, region: "") }
        try network.settle()
        do {
            try latency(network, rounds: rounds, report)
            var first = 0
            for count in rows {
                try throughput(network, count, from: first, report)
                first += count
            }
        } catch {
            try await network.stop()
            throw error
        }
        try await network.stop()
    }

    // MARK: Latency

    private func latency(_ network: LocalNetwork, rounds: Int, _ report: (BenchLine) -> Void) throws {
        let seller = try Till(node: "seller", replica: network.replica("seller"))
        let hub = try Till(node: "hub", replica: network.replica("hub"))
        let buyer = try Till(node: "buyer", replica: network.replica("buyer"))
        var (atHub, atBuyer): ([Double], [Double]) = ([], [])
        for round in 0..<rounds + Self.warmUpRounds {
            let key = Value.text("latency-\(round)")
            try seller.write(
                "INSERT INTO item(id, name, size, price, day) VALUES (?, 'a row', 1, 2, '2026-11-21')",
                key
            )
            let committed = ContinuousClock.now
            let seen = try visible(key, at: hub, since: committed)
            let seenThere = try visible(key, at: buyer, since: committed)
            if round >= Self.warmUpRounds {
                atHub.append(seen)
                atBuyer.append(seenThere)
            }
        }
        for till in [seller, hub, buyer] { try till.close() }
        let (hubSample, buyerSample) = (Sample(atHub), Sample(atBuyer))
        report(BenchLine("commit to visible at the hub, p50", hubSample.median, "ms", target: 10, isUpperBound: true))
        report(BenchLine("commit to visible at the hub, p99", hubSample.quantile(0.99), "ms"))
        report(
            BenchLine(
                "commit to visible at another store, p50",
                buyerSample.median,
                "ms",
                target: 20,
                isUpperBound: true
            )
        )
        report(BenchLine("commit to visible at another store, p99", buyerSample.quantile(0.99), "ms"))
    }

    private func visible(_ key: Value, at till: Till, since: ContinuousClock.Instant) throws -> Double {
        while true {
            let found = try till.number("SELECT count(*) FROM item WHERE id = ?", key)
            let waited = milliseconds(since)
            if found == 1 { return waited }
            guard waited < Self.deadlineSeconds * 1_000 else { throw BenchFailure.notVisible("a row at \(till.node)") }
        }
    }

    // MARK: Throughput

    private func throughput(
        _ network: LocalNetwork,
        _ rows: Int,
        from first: Int,
        _ report: (BenchLine) -> Void
    ) throws {
        let seller = try Till(node: "seller", replica: network.replica("seller"))
        let hub = try Till(node: "hub", replica: network.replica("hub"))
        let buyer = try Till(node: "buyer", replica: network.replica("buyer"))
        let (up, down) = try (network.link("seller").carried.up, network.link("buyer").carried.down)
        let last = Value.text(BenchTable.key(first + rows - 1))
        let begun = ContinuousClock.now
        for start in stride(from: first, to: first + rows, by: Self.rowsPerTransaction) {
            try seller.fill(BenchTable.insert, start..<min(start + Self.rowsPerTransaction, first + rows)) {
                BenchTable.bind($0, $1)
            }
        }
        let written = milliseconds(begun) / 1_000
        let atHub = try arrival(of: last, at: hub, since: begun)
        let atBuyer = try arrival(of: last, at: buyer, since: begun)
        let name = "\(rows) rows"
        report(BenchLine("\(name), written by the application", Double(rows) / written, "rows/s"))
        report(BenchLine("\(name), end to end to the hub", Double(rows) / atHub, "rows/s", target: 100_000))
        report(BenchLine("\(name), end to end to another store", Double(rows) / atBuyer, "rows/s", target: 100_000))
        let sent = try Double(network.link("seller").carried.up - up)
        let received = try Double(network.link("buyer").carried.down - down)
        report(
            BenchLine("\(name), wire up, TLS included", sent / Double(rows), "bytes", target: 45, isUpperBound: true)
        )
        report(
            BenchLine(
                "\(name), wire down, TLS included",
                received / Double(rows),
                "bytes",
                target: 45,
                isUpperBound: true
            )
        )
        for till in [seller, hub, buyer] { try till.close() }
    }

    /// Seconds until the last row is there. Changesets are applied in order, so all the others are then too.
    private func arrival(of key: Value, at till: Till, since: ContinuousClock.Instant) throws -> Double {
        while try till.number("SELECT count(*) FROM item WHERE id = ?", key) == 0 {
            guard milliseconds(since) < Self.deadlineSeconds * 1_000 else {
                throw BenchFailure.notVisible("the last row at \(till.node)")
            }
            // The measured client asks as a till would: without a pause it would take a core from what is measured.
            Thread.sleep(forTimeInterval: 0.002)
        }
        return milliseconds(since) / 1_000
    }

    private func milliseconds(_ since: ContinuousClock.Instant) -> Double {
        let passed = since.duration(to: .now).components
        return Double(passed.seconds) * 1_000 + Double(passed.attoseconds) * 1e-15
    }
}
