import Foundation
import FoundationNetworking
import Rehearsal
import Testing

/// A client of one node's HTTP API.
struct NodeClient {
    /// `127.0.0.1:PORT`.
    let address: String
    var key: String?
    var headers: [String: String] = [:]

    struct Answer {
        let status: Int
        let type: String
        let isReplayed: Bool
        let body: [String: Any]

        subscript(name: String) -> Any? { body[name] }

        func text(_ name: String) -> String { body[name] as? String ?? "" }
        func number(_ name: String) -> Int { (body[name] as? NSNumber)?.intValue ?? -1 }
        func list(_ name: String) -> [[String: Any]] { body[name] as? [[String: Any]] ?? [] }
    }

    /// Asks for a change, in JSON.
    @discardableResult
    func post(_ command: String, _ body: String, idempotency: String? = UUID().uuidString) async throws -> Answer {
        var request = try request("/v1/\(command)")
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        if let idempotency { request.setValue(idempotency, forHTTPHeaderField: "Idempotency-Key") }
        return try await send(request)
    }

    /// Asks for a change that must be done.
    @discardableResult
    func done(
        _ command: String,
        _ body: String,
        idempotency: String = UUID().uuidString,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let answer = try await post(command, body, idempotency: idempotency)
        #expect(answer.status == 200, "\(command): \(answer.body)", sourceLocation: sourceLocation)
        return answer
    }

    func get(_ path: String) async throws -> Answer { try await send(try request(path)) }

    private func request(_ path: String) throws -> URLRequest {
        var request = URLRequest(url: try #require(URL(string: "http://\(address)\(path)")), timeoutInterval: 20)
        if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        return request
    }

    private func send(_ request: URLRequest) async throws -> Answer {
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return Answer(
            status: http.statusCode,
            type: http.value(forHTTPHeaderField: "Content-Type") ?? "",
            isReplayed: http.value(forHTTPHeaderField: "Idempotent-Replay") == "true",
            body: try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        )
    }
}

extension World {
    /// The HTTP API of a running node.
    func client(_ node: String) async throws -> NodeClient { NodeClient(address: try await network.http(node)) }
}
