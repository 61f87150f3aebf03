import ArgumentParser
import Foundation
import NetworkSchema
import Rehearsal
import Replica
import Transport
import Trust

/// How a command that did not come to a good end leaves: one line on standard error, and an exit code.
///
///     1   not so: a wait that timed out, a digest that differs
///     2   wrong usage, or bad input
///     70  an internal fault
///     74  a disk, or another device
///     77  not permitted
struct Ending {
    enum Code: Int32 {
        case done = 0
        case notSo = 1
        case badInput = 2
        case internalFault = 70
        case inputOutput = 74
        case notPermitted = 77
    }

    let code: Code
    /// Empty: nothing more is to be said.
    let line: String

    init(_ code: Code, _ line: String) {
        self.code = code
        self.line = line
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self.init(failure.code, failure.line)
        case let error as ReplicaError: self.init(Self.code(of: error), "\(error)")
        case let error as SchemaError: self.init(.badInput, "\(error)")
        case let error as KeyFileError: self.init(error.isInputOutput ? .inputOutput : .notPermitted, "\(error)")
        case let error as JoinTokenError: self.init(.notPermitted, "\(error)")
        case let error as EndpointError: self.init(.badInput, "\(error)")
        case let error as TransportFault: self.init(Self.code(of: error), "\(error)")
        case let error as SalesFile.Failure: self.init(.badInput, "\(error)")
        case is CancellationError: self.init(.done, "")
        case let error where Linli.exitCode(for: error) == .success:
            self.init(.done, Linli.fullMessage(for: error))
        case let error where Linli.exitCode(for: error) == .validationFailure:
            self.init(.badInput, Linli.fullMessage(for: error))
        case let code as ExitCode: self.init(Code(rawValue: code.rawValue) ?? .internalFault, "")
        case let error as CocoaError where error.isFileError: self.init(.inputOutput, error.localizedDescription)
        default: self.init(.internalFault, "\(error)")
        }
    }

    /// Ends the process.
    func leave() -> Never {
        if !line.isEmpty {
            if code == .done {
                print(line)
            } else {
                FileHandle.standardError.write(Data((line.hasPrefix("Error") ? line : "linli: \(line)").utf8 + [0x0a]))
            }
        }
        exit(code.rawValue)
    }

    private static func code(of error: ReplicaError) -> Code {
        switch error {
        case .notANode, .wrongRole, .newer: .badInput
        case .file: .inputOutput
        case .sqlite: error.isInputOutput ? .inputOutput : .internalFault
        default: .internalFault
        }
    }

    private static func code(of error: TransportFault) -> Code {
        switch error {
        case .portInUse, .notAnAddressHere, .unknownHost: .badInput
        case .notPermitted: .notPermitted
        case .handshake: .notPermitted
        case .cannotListen, .unreachable, .connectTimeout, .noAnswer: .inputOutput
        case .unusableCredentials: .notPermitted
        }
    }
}

/// An ending that a command chooses itself.
struct Failure: Error {
    let code: Ending.Code
    let line: String

    init(_ code: Ending.Code, _ line: String) {
        self.code = code
        self.line = line
    }
}
