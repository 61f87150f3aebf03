import Foundation
import Retail
import Testing
import Trust

@testable import LocalAPI

@Suite("Keys of the API")
struct APIKeysTests {
    @Test("A key works from the moment it is made, in a process that runs already, until it is revoked")
    func life() throws {
        let place = try Place()
        let (node, command) = (APIKeys(dataDirectory: place.path), APIKeys(dataDirectory: place.path))
        #expect(try node.role(of: "linli_nothing") == nil)
        let till = try command.add(role: .till, name: "till 1", nowMilliseconds: 1)
        let mall = try command.add(role: .mall, name: "", nowMilliseconds: 2)
        #expect(try node.role(of: till.secret) == .till && node.role(of: mall.secret) == .mall)
        #expect(try command.all().map(\.name) == ["till 1", ""])
        try command.revoke(id: till.id, nowMilliseconds: 3)
        #expect(try node.role(of: till.secret) == nil && node.role(of: mall.secret) == .mall)
        #expect(throws: RetailError.self) { try command.revoke(id: till.id, nowMilliseconds: 4) }
        #expect(throws: RetailError.self) { try command.revoke(id: "nothing", nowMilliseconds: 4) }
        #expect(try command.all().map(\.revokedAt) == [3, nil])
    }

    @Test("Only hashes are kept, in a file that nobody else may read; a damaged one lets nobody in")
    func file() throws {
        let place = try Place()
        let keys = APIKeys(dataDirectory: place.path)
        let made = try keys.add(role: .operator, name: "a", nowMilliseconds: 1)
        let path = place.path + "/keys/api"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains(made.secret.dropFirst(6)) && !text.contains(made.secret))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try Data("not a key\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: (any Error).self) { try keys.role(of: made.secret) }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: KeyFileError.self) { try keys.all() }
    }

    @Test("A node keeps at most as many keys as its file holds")
    func bounded() throws {
        let place = try Place()
        let keys = APIKeys(dataDirectory: place.path)
        let name = String(repeating: "n", count: APIKeys.nameBytesMax)
        for _ in 0..<APIKeys.countMax { _ = try keys.add(role: .till, name: name, nowMilliseconds: 1) }
        #expect(throws: RetailError.self) { try keys.add(role: .till, name: name, nowMilliseconds: 1) }
        #expect(try keys.all().count == APIKeys.countMax)
    }
}

/// A data directory that goes with its test.
final class Place {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("linli-api-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path + "/keys", withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }
}
