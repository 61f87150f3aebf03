import ArgumentParser
import ChangeLog
import Transport
import Trust

/// How arguments become names; each refusal says what a name may be.
enum Names {
    static func store(_ text: String) throws -> NodeName {
        guard let name = NodeName(text) else {
            throw ValidationError(
                "a name has 1 to 63 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit"
            )
        }
        guard !name.isHub else { throw ValidationError("no store is called 'hub'; choose another name") }
        return name
    }

    static func network(_ text: String) throws -> NetworkName {
        guard let name = NetworkName(text) else {
            throw ValidationError("a network's name has 1 to \(NetworkName.bytesMax) bytes and no control characters")
        }
        return name
    }

    static func site(_ text: String) throws -> SiteID {
        guard let site = SiteID(text) else { throw ValidationError("a site is named by sixteen hexadecimal digits") }
        return site
    }

    /// Empty for none. A region is compared with a column's values, so any text will do that fits a line.
    static func region(_ text: String) throws -> String {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw ValidationError("a region has at most 255 bytes and no control characters")
        }
        return text
    }

    static func rights(_ text: String) throws -> StoreOrder.Rights {
        guard let rights = StoreOrder.Rights(rawValue: text) else {
            throw ValidationError("write 'release' to give them to the hub, or 'keep' to leave them frozen")
        }
        return rights
    }

    static func person(_ text: String) throws -> String {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw ValidationError("a name has 1 to 255 bytes and no control characters")
        }
        return text
    }

    static func line(_ text: String) throws -> Int64 {
        guard let line = Int64(text), line > 0 else {
            throw ValidationError("a line is named by its ID in the list, a whole number")
        }
        return line
    }

    static func endpoint(_ text: String) throws -> Endpoint { try Endpoint(parsing: text) }

    static func timeSpan(_ text: String) throws -> TimeSpan { try TimeSpan(parsing: text) }
}
