import Glibc

/// Programs that know nothing of us and write to the replica by plain SQL.
enum ForeignClient {
    struct Failure: Error {
        let what: String
    }

    /// Says so on a line when it is absent.
    static func isPresent(_ program: String) -> Bool {
        let isPresent = system("command -v \(program) >/dev/null 2>&1") == 0
        if !isPresent { print("skipped: no \(program) on this machine") }
        return isPresent
    }

    /// Runs a shell command; its output, errors included.
    static func run(_ command: String) throws -> String {
        guard let pipe = popen("(\(command)) 2>&1", "r") else { throw Failure(what: "popen failed") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            if count == 0 { break }
            output += buffer[..<count]
        }
        pclose(pipe)
        return String(decoding: output, as: UTF8.self)
    }
}
