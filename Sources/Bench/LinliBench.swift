import Foundation

/// `linli bench`: what Linli costs and gives, against plain SQLite with the same durability on the same disk, in one
/// run.
public struct LinliBench {
    public enum Part: String, CaseIterable, Sendable {
        case capture, replica, network, memory
    }

    private let directory: String
    private let binary: String
    private let rows: Int

    /// - Parameters:
    ///   - directory: on the disk to be measured; files of the benchmark's own are made there and removed.
    ///   - binary: the linli executable, for the daemons.
    ///   - rows: of the parts without a network; the network carries as many, and ten times as many.
    public init(directory: String, binary: String, rows: Int) {
        self.directory = directory
        self.binary = binary
        self.rows = rows
    }

    /// - Parameter line: called with each figure as it comes.
    public func run(_ parts: [Part], stores: Int, _ line: (BenchLine) -> Void) async throws -> BenchReport {
        var report = BenchReport(rows: rows)
        let add = { (one: BenchLine) in
            report.lines.append(one)
            line(one)
        }
        for part in parts {
            let folder = directory + "/\(part.rawValue)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            switch part {
            case .capture: try CaptureBench(directory: folder, rows: rows, rounds: 3).run(add)
            case .replica: try ReplicaBench(directory: folder, rows: rows).run(add)
            case .network:
                try await NetworkBench(directory: folder, binary: binary)
                    .run(rows: [rows, rows * 10], rounds: 300, add)
            case .memory: try await IdleBench(directory: folder, binary: binary).run(stores: stores, add)
            }
            try FileManager.default.removeItem(atPath: folder)
        }
        return report
    }
}
