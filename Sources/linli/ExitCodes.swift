import ArgumentParser
import Glibc
import NetworkSchema
import Rehearsal
import Replica
import Retail
import StoreNode
import Transport
import Trust

/// The codes with which a command ends, and the one place where an error becomes one of them.
enum ExitCodes {
    /// Not so: a wait that timed out, a digest that differs, no daemon to ask.
    static let notSo = ExitCode(1)
    /// Wrong usage or bad input.
    static let badInput = ExitCode(2)
    /// A fault of ours.
    static let fault = ExitCode(70)
    /// The disk, the line, or what stands on the disk.
    static let inputOutput = ExitCode(74)
    static let notPermitted = ExitCode(77)

    static func code(of error: any Error) -> ExitCode {
        switch error {
        case let error as Failure: error.code
        case let error as ReplicaError: code(of: error)
        case let error as KeyFileError: code(of: error)
        case let error as TransportFault: code(of: error)
        case let error as ControlError: code(of: error)
        case let error as ControlRefusal: code(of: error.kind)
        case let error as DataDirectoryError: code(of: error)
        case let error as CertificateError: code(of: error)
        case let error as JoinTokenError: error == .notAStore ? badInput : notPermitted
        case is JoinRefused: notPermitted
        case is JournalProof.Absence: badInput
        case let error as ReceiptFault: if case .unreadable = error { badInput } else { notSo }
        case let error as RetailError: code(of: error.code)
        case is SchemaError, is EndpointError, is SalesFile.Failure: badInput
        default: fault
        }
    }

    private static func code(of error: ReplicaError) -> ExitCode {
        switch error {
        case .notANode, .newer, .wrongRole, .altered, .stranger, .notABackup, .otherSchema: badInput
        case .exists, .replaces, .inTheWay: badInput
        case .damagedSetting, .damaged, .notOfOneTime: inputOutput
        case .file(_, _, let code): self.code(ofSystem: code)
        case .refusedFeed, .trimmed: fault
        case .sqlite:
            switch error.primaryCode {
            case sqlitePermission, sqliteReadOnly, sqliteAuthorization: notPermitted
            case sqliteBusy, sqliteLocked, sqliteIO, sqliteCorrupt, sqliteFull, sqliteCannotOpen, sqliteNotADatabase:
                inputOutput
            default: fault
            }
        }
    }

    private static func code(of code: RetailError.Code) -> ExitCode {
        switch code {
        case .noRights, .notNow, .noStore, .wrongCode, .tooManyTries: notSo
        case .notFound, .badInput, .wrongNode, .keyReused, .otherSchema, .noSuchRoute, .tooLarge: badInput
        case .busy, .storage: inputOutput
        case .unauthorized, .forbidden: notPermitted
        case .fault: fault
        }
    }

    // SQLite's primary result codes (sqlite.org/rescode.html); the command line does not import SQLite for nine numbers.
    private static let sqlitePermission: Int32 = 3
    private static let sqliteBusy: Int32 = 5
    private static let sqliteLocked: Int32 = 6
    private static let sqliteReadOnly: Int32 = 8
    private static let sqliteIO: Int32 = 10
    private static let sqliteCorrupt: Int32 = 11
    private static let sqliteFull: Int32 = 13
    private static let sqliteCannotOpen: Int32 = 14
    private static let sqliteAuthorization: Int32 = 23
    private static let sqliteNotADatabase: Int32 = 26

    private static func code(of error: KeyFileError) -> ExitCode {
        switch error {
        case .missing, .alreadyThere: badInput
        case .damaged: inputOutput
        case .openToOthers, .directoryOpenToOthers: notPermitted
        case .failed(_, _, let fault): code(ofSystem: fault.code)
        }
    }

    private static func code(of error: TransportFault) -> ExitCode {
        switch error {
        case .notAnAddressHere: badInput
        case .notPermitted, .handshake(_, .peerRefused), .handshake(_, .refusedByPeer): notPermitted
        case .portInUse, .cannotListen, .unknownHost, .unreachable, .connectTimeout, .handshake, .noAnswer,
            .unusableCredentials:
            inputOutput
        }
    }

    private static func code(of error: ControlError) -> ExitCode {
        switch error {
        case .noDaemon: notSo
        case .notPermitted: notPermitted
        case .timedOut, .cutOff: inputOutput
        case .unreadable: fault
        case .failed(_, _, let code): self.code(ofSystem: code)
        }
    }

    private static func code(of kind: ControlRefusal.Kind) -> ExitCode {
        switch kind {
        case .notSo: notSo
        case .badInput: badInput
        case .fault: fault
        case .inputOutput: inputOutput
        case .notPermitted: notPermitted
        }
    }

    private static func code(of error: DataDirectoryError) -> ExitCode {
        switch error {
        case .noDirectory, .failed(_, _, ENOTDIR): badInput
        case .held: inputOutput
        case .failed(_, _, let code): self.code(ofSystem: code)
        }
    }

    private static func code(of error: CertificateError) -> ExitCode {
        if case .notMade = error { fault } else { inputOutput }
    }

    private static func code(ofSystem code: Int32) -> ExitCode {
        code == EACCES || code == EPERM || code == EROFS ? notPermitted : inputOutput
    }
}

/// A failure that the command line itself finds.
struct Failure: Error, CustomStringConvertible {
    let code: ExitCode
    /// What happened, then what to do.
    let description: String

    init(_ code: ExitCode, _ description: String) {
        self.code = code
        self.description = description
    }
}
