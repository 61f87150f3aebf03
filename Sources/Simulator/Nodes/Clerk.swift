import ChangeLog
import Replica
import Retail

/// Somebody at a machine who asks for commands of the trade, as `linli trade` does it: a process of its own.
///
/// Law: what `ask` calls done was told to a customer. Who got no answer asks again, with the same key.
final class Clerk {
    enum Outcome {
        case done(JSONValue)
        /// Nothing of it stands.
        case refused(RetailError)
        /// The process or the disk failed in the middle: all of it stands, or nothing.
        case unanswered
    }

    private unowned let machine: Machine
    private let desk: SimulatedDesk
    private var process: SimulatedProcess
    private var asked = 0

    init(_ machine: Machine) {
        self.machine = machine
        desk = SimulatedDesk(machine)
        process = machine.disk.start()
    }

    func ask(_ name: String, _ request: JSONValue, key: String) -> Outcome {
        guard let command = RetailCommand.named(name) else { preconditionFailure("no command \(name)") }
        asked += 1
        if machine.world.planted == .lostCommit, command.isChange, asked % 20 == 7 { return .done(.null) }
        do {
            let answer = try desk.use(process) { desk in
                try desk.answer(
                    command,
                    request,
                    key: IdempotencyKey(key),
                    stores: machine.standings(process)
                )
            }
            return process.isAlive ? .done(answer.value) : .unanswered
        } catch let error as RetailError {
            guard process.isAlive, ![.storage, .fault, .busy].contains(error.code) else { return failed(error) }
            return .refused(error)
        } catch {
            return failed(error)
        }
    }

    /// The process ended, with the machine or alone; the next command begins another.
    func forget() {
        if process.isAlive { process.kill() }
        desk.forget()
        process = machine.disk.start()
    }

    private func failed(_ error: any Error) -> Outcome {
        machine.note(.failed("a command: \(error)"))
        if process.isAlive, !machine.excusesFailures {
            let broken = Broken(expected: "an answer, or a refusal", found: "\(error)", subject: "a command")
            machine.world.broken(.soundness, at: machine.name, broken)
        }
        forget()
        return .unanswered
    }
}
