import Foundation
import NetworkSchema
import Rehearsal
import Simulator

/// The files that say what the clients of a run do.
enum SimSource {
    /// Nil: no file is named.
    static func source(workload: String?, sales: String?, schema: String?) throws -> SimulationPlan.Source? {
        if let workload {
            guard FileManager.default.fileExists(atPath: workload) else {
                throw Failure(
                    ExitCodes.badInput,
                    "'\(workload)' is no workload and no file of one; `linli sim --help` names them"
                )
            }
            do { return .mix(try WorkloadFile.mix(try text(of: workload)), path: workload) } catch let failure
                as WorkloadFile.Failure
            {
                throw Failure(ExitCodes.badInput, "\(workload): \(failure)")
            }
        }
        if let sales {
            do { return .sales(SalesReplay(try SalesFile(path: sales)), path: sales) } catch let failure
                as SalesFile.Failure
            {
                throw Failure(ExitCodes.badInput, "\(sales): \(failure)")
            }
        }
        guard let schema else { return nil }
        let document = try text(of: schema)
        do { _ = try NetworkSchema(yaml: document) } catch {
            throw Failure(ExitCodes.badInput, "\(schema): \(error)")
        }
        return .schema(document, path: schema)
    }

    private static func text(of path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(ExitCodes.badInput, "\(path) cannot be read; name a readable file")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension SalesReplay {
    init(_ file: SalesFile) {
        self.init(
            file.baskets.map { basket in
                Basket(
                    id: "\(basket.store)-\(basket.id)",
                    store: basket.store,
                    lines: basket.lines.map { Line(sku: "p\($0.product)", quantity: $0.quantity, amount: $0.amount) }
                )
            }
        )
    }
}
