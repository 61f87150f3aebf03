import ArgumentParser
import Simulator

/// What a run is made of, as options.
struct SimShape: ParsableArguments {
    @Option(help: "The seed that decides the run. (default: a fresh one)")
    var seed: UInt64?

    @Option(help: "Stores. (default: 3)")
    var stores: Int?

    @Option(help: "Virtual days. (default: 1)")
    var days: Double?

    @Option(
        help: ArgumentHelp(
            """
            What clients do: \(Trade.allCases.map { $0.rawValue }.joined(separator: ", ")); a scenario: \
            \(Scenario.allCases.map { $0.rawValue }.joined(separator: ", ")); or a file of rates.
            """,
            valueName: "name or file"
        )
    )
    var workload: String?

    @Option(help: ArgumentHelp("Sell the baskets of a file of sales, over the run's days.", valueName: "file"))
    var sales: String?

    @Option(help: ArgumentHelp("Plain writers on the schema of this file.", valueName: "file"))
    var schema: String?

    @Option(help: "Sales, or writes, per store and day. (default: 200)")
    var daily: Int?

    @Option(
        help: ArgumentHelp("Faults or kinds of them, separated by commas; all; none. (default: all)", valueName: "list")
    )
    var faults: String?

    @Option(
        help: ArgumentHelp("Minutes between two faults of a store, on the average. (default: 60)", valueName: "minutes")
    )
    var faultMinutes: Int?

    @Option(help: ArgumentHelp("Events in a thousand that a fault follows at once. (default: 5)", valueName: "n"))
    var aimed: Int?

    @Option(help: .hidden)
    var plant: String?

    func validate() throws {
        if [sales, schema, workload].compactMap({ $0 }).count > 1 {
            throw ValidationError("of --workload, --sales and --schema one says what clients do")
        }
        if let stores, !(1...1_000).contains(stores) { throw ValidationError("--stores goes from 1 to 1000") }
        if let days, !(0.001...3_650).contains(days) { throw ValidationError("--days goes from 0.001 to 3650") }
        if let daily, !(1...1_000_000).contains(daily) { throw ValidationError("--daily goes from 1 to 1000000") }
        if let faultMinutes, !(1...1_000_000).contains(faultMinutes) {
            throw ValidationError("--fault-minutes is at least 1")
        }
        if let aimed, !(0...1000).contains(aimed) { throw ValidationError("--aimed goes from 0 to 1000") }
    }

    /// The plan of one run; what no option says is as it is by default.
    func plan(seed: UInt64) throws -> SimulationPlan { try change(SimulationPlan(seed: seed)) }

    /// The plan of one run of a swarm; what no option says is drawn from the seed.
    func drawnPlan(seed: UInt64) throws -> SimulationPlan { try change(.drawn(from: seed)) }

    private func change(_ plan: SimulationPlan) throws -> SimulationPlan {
        var plan = plan
        if let scenario = workload.flatMap({ Scenario(rawValue: $0) }) {
            try refuseTooLittle(for: scenario)
            plan.play(scenario)
        }
        if let stores { plan.stores = stores }
        if let days { plan.days = days }
        if let daily { plan.daily = daily }
        if let faultMinutes { plan.faultMeanMilliseconds = Int64(faultMinutes) * 60_000 }
        if let aimed { plan.aimedPerMille = aimed }
        if let faults { plan.faults = try Self.faults(named: faults) }
        if let workload, let trade = Trade(rawValue: workload) {
            plan.trade = trade
        } else if plan.scenario == nil {
            plan.source = try SimSource.source(workload: workload, sales: sales, schema: schema)
        }
        if let plant {
            guard let planted = PlantedFault(rawValue: plant) else {
                throw Failure(ExitCodes.badInput, "'\(plant)' cannot be planted")
            }
            plan.planted = planted
        }
        return plan
    }

    private func refuseTooLittle(for scenario: Scenario) throws {
        if let stores, stores < scenario.storesMin {
            throw Failure(ExitCodes.badInput, "\(scenario.rawValue) needs \(scenario.storesMin) stores or more")
        }
        if let days, days < scenario.daysMin {
            throw Failure(ExitCodes.badInput, "\(scenario.rawValue) takes \(scenario.daysMin) days or more")
        }
    }

    private static func faults(named list: String) throws -> [Fault] {
        if list == "none" { return [] }
        var chosen: Set<Fault> = []
        for word in list.split(separator: ",").map(String.init) {
            if word == "all" {
                chosen.formUnion(Fault.allCases)
            } else if let kind = Fault.Kind(rawValue: word) {
                chosen.formUnion(Fault.allCases.filter { $0.kind == kind })
            } else if let fault = Fault(rawValue: word) {
                chosen.insert(fault)
            } else {
                throw Failure(ExitCodes.badInput, "'\(word)' is no fault; `linli sim --help` names them")
            }
        }
        return Fault.allCases.filter { chosen.contains($0) }
    }
}

extension SimulationPlan {
    /// The one command that runs it again.
    var command: String { "linli sim " + arguments.joined(separator: " ") }

    var arguments: [String] {
        let names = faults == Fault.allCases ? "all" : faults.map { $0.rawValue }.joined(separator: ",")
        let what =
            switch source {
            case .mix(_, let path): ["--workload", path]
            case .sales(_, let path): ["--sales", path]
            case .schema(_, let path): ["--schema", path]
            case nil: ["--workload", scenario?.rawValue ?? trade.rawValue]
            }
        var words = [
            "--seed", "\(seed)",
        ]
        words += what
        words += [
            "--stores", "\(stores)", "--days", "\(days)", "--daily",
            "\(daily)", "--faults", faults.isEmpty ? "none" : names, "--fault-minutes",
            "\(faultMeanMilliseconds / 60_000)", "--aimed", "\(aimedPerMille)",
        ]
        if let planted { words += ["--plant", planted.rawValue] }
        return words
    }
}
