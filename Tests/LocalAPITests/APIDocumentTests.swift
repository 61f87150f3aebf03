import ChangeLog
import Foundation
import Hummingbird
import Retail
import Testing

@testable import LocalAPI

@Suite("The API's document")
struct APIDocumentTests {
    @Test("lists what is served, and nothing else, at the hub and at a store", arguments: [true, false])
    func routes(isHub: Bool) throws {
        let node = try Node(isHub: isHub)
        let served = Set(node.routes.router().routes.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
        var listed: Set<String> = []
        guard case .object(let paths)? = APIDocument(isHub: isHub).json["paths"] else {
            Issue.record("no paths")
            return
        }
        for (path, item) in paths {
            guard case .object(let operations) = item else { continue }
            for method in operations.keys { listed.insert("\(method) \(path)") }
        }
        #expect(served == listed)
        #expect(served.count > 12)
    }

    @Test("names each command once, with every field, its bounds and its key", arguments: [true, false])
    func operations(isHub: Bool) throws {
        let document = APIDocument(isHub: isHub).json
        #expect(document["openapi"] == "3.1.0")
        for command in APIRoutes.commands(atHub: isHub) {
            let method = command.isChange ? "post" : "get"
            let operation = try #require(document["paths"]?[APIRoutes.path(of: command)]?[method])
            #expect(operation["operationId"] == .text(command.name))
            let names: [String]
            if command.isChange {
                let schema = operation["requestBody"]?["content"]?["application/json"]?["schema"]
                #expect(schema?["additionalProperties"] == false)
                guard case .object(let properties)? = schema?["properties"] else { continue }
                names = Array(properties.keys)
                #expect(operation["parameters"]?.list?.first?["name"] == "Idempotency-Key")
            } else {
                names = (operation["parameters"]?.list ?? []).compactMap { $0["name"]?.text }
            }
            #expect(Set(names) == Set(command.fields.map(\.name)), "\(command.name)")
        }
    }

    @Test("Every code of an error has a status of its kind")
    func statuses() {
        for code in RetailError.Code.allCases {
            let status = Problem.status(of: code).code
            #expect((400..<600).contains(status))
            #expect((status >= 500) == [.busy, .storage, .fault].contains(code), "\(code)")
        }
        #expect(Set(RetailError.Code.allCases.map(\.rawValue)).count == RetailError.Code.allCases.count)
    }

    @Test("A command's name is its own, and every role can do something at its node")
    func commands() {
        #expect(Set(RetailCommand.all.map(\.name)).count == RetailCommand.all.count)
        for role in RetailCommand.Role.allCases {
            #expect(RetailCommand.all.contains { $0.mayBeAsked(by: role) && $0.works(atHub: false) })
            #expect(RetailCommand.all.contains { $0.mayBeAsked(by: role) && $0.works(atHub: true) })
        }
    }
}
