import Foundation
import Rehearsal

/// A till in Java, on SQLite's JDBC driver as Debian packs it.
enum JavaTill {
    private static let driver = "/usr/share/java/sqlite-jdbc.jar"

    static var isHere: Bool {
        FileManager.default.fileExists(atPath: driver)
            && (try? CommandRun.output("/usr/bin/env", ["javac", "-version"])) != nil
    }

    /// What the statements print, without blanks around it. Throws with what the compiler or the driver said.
    static func run(_ statements: String, in directory: String) throws -> String {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = "\(directory)/Till.java"
        let program = """
            import java.sql.*;
            class Till { public static void main(String[] arguments) throws SQLException {
            \(statements)
            } }
            """
        try program.write(toFile: path, atomically: true, encoding: .utf8)
        return try CommandRun.output("/usr/bin/env", ["java", "-cp", driver, path])
    }
}
